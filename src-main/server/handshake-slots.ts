/** Distributes the slots of inbound handshakes among networks, so that no network can take all of them. */
import { ipFamily, subnetKey } from '../base/ip.ts';
import type { Clock } from '../base/runtime.ts';

/** A network gets at most 1 / NETWORK_SHARE of the slots, and at least one (our choice). */
const NETWORK_SHARE = 4;
/** Prefix length of a network: an operator of one address often has the whole block. */
const NETWORK_BITS = { ipv4: 24, ipv6: 48 } as const;
/** Prefix length of a host: an IPv6 /64 belongs to one link. */
const HOST_BITS = { ipv4: 32, ipv6: 64 } as const;
/** Inactivity after which a host that has a slot already may displace another connection, milliseconds (our choice). */
const DISPLACE_AFTER_MS = 1_000;

/** Slot of one connection during its handshakes. */
export interface HandshakeSlot {
  readonly host: string;
  readonly network: string;
  /** Called when another connection takes the slot. */
  readonly onDisplaced: () => void;
  /** Monotonic time of the last completed step: accept, or encryption handshake. */
  lastStepAt: number;
  /** Whether a trusted peer has proven its identity, so that the slot cannot be taken. */
  isKept: boolean;
  /** Whether another connection has taken the slot. */
  isDisplaced: boolean;
}

/** Why there is no slot: all slots are taken, or the share of the network. */
export type SlotRefusal = 'all-taken' | 'network-share-taken';

/** An available slot: a free one, or that of the connection that has been inactive longest. */
type Offer = 'free' | HandshakeSlot;

/**
 * The slots of inbound handshakes. One network (IPv4 /24, IPv6 /48) gets at most a quarter. When no slot is free, a host
 * without a slot gets the one that has been inactive longest. Only a completed step counts as activity: a connection that
 * sends its bytes one by one is inactive. The same rules hold for loopback and LAN addresses. BOUNDED: capacity.
 */
export class HandshakeSlots {
  readonly #clock: Clock;
  readonly #capacity: () => number;
  readonly #slots = new Set<HandshakeSlot>();

  /** @param capacity current capacity; when it falls, existing connections keep their slots */
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

  /** Records that the connection has completed a step. */
  stepped(slot: HandshakeSlot, isKept: boolean): void {
    slot.lastStepAt = this.#clock.monotonic();
    slot.isKept = isKept;
  }

  /** Frees a slot; no effect when it is free already. */
  release(slot: HandshakeSlot): void {
    this.#slots.delete(slot);
  }

  #offer({ host, network }: Keys): Offer | SlotRefusal {
    const capacity = this.#capacity();
    const share = Math.max(1, Math.floor(capacity / NETWORK_SHARE));
    const ofNetwork = [...this.#slots].filter((slot) => slot.network === network);
    const isShareTaken = ofNetwork.length >= share;
    if (!isShareTaken && this.#slots.size < capacity) return 'free';
    const inactive = longestInactive(isShareTaken ? ofNetwork : this.#slots);
    if (inactive !== undefined) {
      const isNewHost = !ofNetwork.some((slot) => slot.host === host);
      const isDue = this.#clock.monotonic() - inactive.lastStepAt >= DISPLACE_AFTER_MS;
      if (capacity > 0 && (isNewHost || isDue)) return inactive;
    }
    return isShareTaken && ofNetwork.length > 0 ? 'network-share-taken' : 'all-taken';
  }
}

type Keys = Pick<HandshakeSlot, 'host' | 'network'>;

function keysOf(ip: string): Keys {
  const family = ipFamily(ip);
  return { host: subnetKey(ip, HOST_BITS[family]), network: subnetKey(ip, NETWORK_BITS[family]) };
}

function longestInactive(slots: Iterable<HandshakeSlot>): HandshakeSlot | undefined {
  let found: HandshakeSlot | undefined;
  for (const slot of slots) {
    if (!slot.isKept && (found === undefined || slot.lastStepAt < found.lastStepAt)) found = slot;
  }
  return found;
}
