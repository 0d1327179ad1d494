import type { Node } from '../node-record/node.ts';
import type { PeerSession } from '../p2p/peer-session.ts';
import type { Direction } from '../stats/events.ts';
import { refuseAdmission, type AdmissionRefusal } from './admission.ts';
import type { PeerLimitSettings } from './limits.ts';

/** What a session was made for. */
export type PeerOrigin = 'inbound' | 'static' | 'dynamic';

/** A peer: a session and what the server knows beside it. */
export interface Peer {
  readonly session: PeerSession;
  /** As it was dialled; for an inbound peer its key and the address that it came from. */
  readonly node: Node;
  readonly origin: PeerOrigin;
}

/** The sessions there are, and who may join them. */
export class PeerSet {
  readonly #ownIdHex: string;
  /** BOUNDED: limits.maxPeers and the trusted nodes. */
  readonly #peers = new Map<string, Peer>();
  readonly #trusted = new Set<string>();
  #inboundCount = 0;
  #limits: PeerLimitSettings;

  constructor(ownIdHex: string, limits: PeerLimitSettings) {
    this.#ownIdHex = ownIdHex;
    this.#limits = limits;
  }

  get limits(): PeerLimitSettings {
    return this.#limits;
  }

  set limits(limits: PeerLimitSettings) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#peers.size;
  }

  get inboundCount(): number {
    return this.#inboundCount;
  }

  /** In the order in which they came. */
  all(): readonly Peer[] {
    return [...this.#peers.values()];
  }

  get(idHex: string): Peer | undefined {
    return this.#peers.get(idHex);
  }

  setTrusted(idHex: string, trusted: boolean): void {
    if (trusted) this.#trusted.add(idHex);
    else this.#trusted.delete(idHex);
  }

  isTrusted(idHex: string): boolean {
    return this.#trusted.has(idHex);
  }

  /** Why a connection may not become a session; undefined when it may. */
  refuse(idHex: string, direction: Direction): AdmissionRefusal | undefined {
    return refuseAdmission(idHex, direction, {
      limits: this.#limits,
      peerCount: this.#peers.size,
      inboundCount: this.#inboundCount,
      isConnected: (id) => this.#peers.has(id),
      isTrusted: (id) => this.#trusted.has(id),
      isSelf: (id) => id === this.#ownIdHex,
    });
  }

  add(peer: Peer): void {
    this.#peers.set(peer.session.idHex, peer);
    if (peer.origin === 'inbound') this.#inboundCount++;
  }

  remove(peer: Peer): void {
    if (this.#peers.delete(peer.session.idHex) && peer.origin === 'inbound') this.#inboundCount--;
  }
}
