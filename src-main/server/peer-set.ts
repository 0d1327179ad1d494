import type { Node } from '../node-record/node.ts';
import type { PeerSession } from '../p2p/peer-session.ts';
import { refuseAdmission, type AdmissionRefusal, type PendingConnection, type Guard } from './admission.ts';
import type { PeerLimitSettings } from './limits.ts';
import { takesOver } from './tie-break.ts';

/** How a session came about: inbound, or dialled as a static or a dynamic node. */
export type PeerOrigin = 'inbound' | 'static' | 'dynamic';

/** A peer: its session, its node and its origin. */
export interface Peer {
  readonly session: PeerSession;
  /** The dialled node; for an inbound peer its key, remote IP address and the listen port in its Hello. */
  readonly node: Node;
  readonly origin: PeerOrigin;
}

/** Options of a peer set. */
export interface PeerSetOptions {
  readonly ownIdHex: string;
  readonly limits: PeerLimitSettings;
  readonly guard: Guard;
}

/** The current sessions, and the admission check of new ones. */
export class PeerSet {
  readonly #options: PeerSetOptions;
  /** By node ID. BOUNDED: limits.maxPeers plus the trusted nodes. */
  readonly #peers = new Map<string, Peer>();
  readonly #trusted = new Set<string>();
  #inboundCount = 0;
  #limits: PeerLimitSettings;

  constructor(options: PeerSetOptions) {
    this.#options = options;
    this.#limits = options.limits;
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

  /** Returns all peers in the order in which they were added. */
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

  /** Returns why a connection is refused; undefined when it is admitted. */
  refuse(connection: PendingConnection): AdmissionRefusal | undefined {
    const { guard, ownIdHex } = this.#options;
    return refuseAdmission(connection, {
      limits: this.#limits,
      peerCount: this.#peers.size,
      inboundCount: this.#inboundCount,
      guard,
      isConnected: (id) => this.#peers.has(id),
      isTrusted: (id) => this.#trusted.has(id),
      isSelf: (id) => id === ownIdHex,
      takesOver: ({ idHex, direction }) => this.#takesOver(idHex, direction),
    });
  }

  #takesOver(idHex: string, direction: PendingConnection['direction']): boolean {
    const session = this.#peers.get(idHex)?.session;
    if (session === undefined) return false;
    return takesOver({ idHex, direction }, session, this.#options.ownIdHex);
  }

  add(peer: Peer): void {
    this.#peers.set(peer.session.idHex, peer);
    if (peer.origin === 'inbound') this.#inboundCount++;
  }

  /** Removes a peer; false when it was removed before, or another connection has replaced it. */
  remove(peer: Peer): boolean {
    const { idHex } = peer.session;
    if (this.#peers.get(idHex) !== peer) return false;
    this.#peers.delete(idHex);
    if (peer.origin === 'inbound') this.#inboundCount--;
    return true;
  }
}
