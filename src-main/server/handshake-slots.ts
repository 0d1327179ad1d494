/** Shares the slots of inbound handshakes among the networks that connect, so that no network can hold them all. */
import { ipFamily, subnetKey } from '../base/ip.ts';
import type { Clock } from '../base/runtime.ts';

/** One network holds at most one of so many slots, but one at least; our choice. */
const NETWORK_SHARE = 4;
/** A network, in prefix bits: who rents one address often has the whole block. */
const NETWORK_BITS = { ipv4: 24, ipv6: 48 } as const;
/** A host, in prefix bits: an IPv6 subnet belongs to one link. */
const HOST_BITS = { ipv4: 32, ipv6: 64 } as const;
/** A host that holds a slot already frees another one only after this silence, in milliseconds; our choice. */
const PATIENCE_MS = 1_000;

/** The slot of one connection whose handshakes are under way. */
export interface HandshakeSlot {
  readonly host: string;
  readonly network: string;
  /** Called when the slot goes to another connection. */
  readonly onDisplaced: () => void;
  /** Monotonic time of the last completed step: accepted, or encryption handshake done. */
  lastStepAt: number;
  /** A trusted peer has proven its identity: the slot cannot be taken over. */
  isKept: boolean;
  /** It has gone to another connection. */
  isDisplaced: boolean;
}

/** Why there is no slot: every slot is taken, or every slot of the network's share. */
export type SlotRefusal = 'all-taken' | 'network-share-taken';

/** A slot that can be had: a free one, or that of the connection that has been silent longest. */
type Offer = 'free' | HandshakeSlot;

/**
 * The slots of inbound handshakes. One network (IPv4 /24, IPv6 /48) holds at most a quarter. Where no slot is free, a
 * host without one gets the slot that has been silent longest. Only a completed step ends a silence: a connection that
 * sends its bytes one by one is silent. Loopback and LAN addresses are treated alike. BOUNDED: capacity.
 */
export class HandshakeSlots {
  readonly #clock: Clock;
  readonly #capacity: () => number;
  readonly #slots = new Set<HandshakeSlot>();

  /** @param capacity at the moment; connections beyond a lower one keep their slots */
  constructor(clock: Clock, capacity: () => number) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#slots.size;
  }

  /** Why a connection from `ip` (canonical) would get no slot; undefined when it would get one. */
  refusal(ip: string): SlotRefusal | undefined {
    const offer = this.#offer(keysOf(ip));
    return typeof offer === 'object' || offer === 'free' ? undefined : offer;
  }

  /** Takes a slot for a connection from `ip`, and notifies the connection that loses it. Undefined when refused. */
  take(ip: string, onDisplaced: () => void): HandshakeSlot | undefined {
    const keys = keysOf(ip);
    const offer = this.#offer(keys);
    if (offer === 'all-taken' || offer === 'network-share-taken') return undefined;
    if (offer !== 'free') {
      this.#slots.delete(offer);
      offer.isDisplaced = true;
      offer.onDisplaced();
    }
    const slot = {
      ...keys,
      onDisplaced,
      lastStepAt: this.#clock.monotonic(),
      isKept: false,
      isDisplaced: false,
    };
    this.#slots.add(slot);
    return slot;
  }

  /** The connection has completed a step. */
  stepped(slot: HandshakeSlot, isKept: boolean): void {
    slot.lastStepAt = this.#clock.monotonic();
    slot.isKept = isKept;
  }

  /** Frees a slot; one that is free already stays so. */
  release(slot: HandshakeSlot): void {
    this.#slots.delete(slot);
  }

  #offer({ host, network }: Keys): Offer | SlotRefusal {
    const capacity = this.#capacity();
    const share = Math.max(1, Math.floor(capacity / NETWORK_SHARE));
    const ofNetwork = [...this.#slots].filter((slot) => slot.network === network);
    const isShareTaken = ofNetwork.length >= share;
    if (!isShareTaken && this.#slots.size < capacity) return 'free';
    const silent = silentLongest(isShareTaken ? ofNetwork : this.#slots);
    if (silent !== undefined) {
      const isNewHost = !ofNetwork.some((slot) => slot.host === host);
      const isPatient = this.#clock.monotonic() - silent.lastStepAt >= PATIENCE_MS;
      if (capacity > 0 && (isNewHost || isPatient)) return silent;
    }
    return isShareTaken && ofNetwork.length > 0 ? 'network-share-taken' : 'all-taken';
  }
}

type Keys = Pick<HandshakeSlot, 'host' | 'network'>;

function keysOf(ip: string): Keys {
  const family = ipFamily(ip);
  return { host: subnetKey(ip, HOST_BITS[family]), network: subnetKey(ip, NETWORK_BITS[family]) };
}

function silentLongest(slots: Iterable<HandshakeSlot>): HandshakeSlot | undefined {
  let found: HandshakeSlot | undefined;
  for (const slot of slots) {
    if (!slot.isKept && (found === undefined || slot.lastStepAt < found.lastStepAt)) found = slot;
  }
  return found;
}
