import type { Node } from '../node-record/node.ts';
import type { PeerSession } from '../p2p/peer-session.ts';
import { refuseAdmission, type AdmissionRefusal, type Applicant, type Guard } from './admission.ts';
import type { PeerLimitSettings } from './limits.ts';
import { takesOver } from './tie-break.ts';

/** What a session was made for. */
export type PeerOrigin = 'inbound' | 'static' | 'dynamic';

/** A peer: a session and what the server knows beside it. */
export interface Peer {
  readonly session: PeerSession;
  /** As it was dialled; for an inbound peer its key and the address that it came from. */
  readonly node: Node;
  readonly origin: PeerOrigin;
}

/** What a peer set needs. */
export interface PeerSetOptions {
  readonly ownIdHex: string;
  readonly limits: PeerLimitSettings;
  readonly guard: Guard;
}

/** The sessions there are, and who may join them. */
export class PeerSet {
  readonly #options: PeerSetOptions;
  /** BOUNDED: limits.maxPeers and the trusted nodes. */
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
  refuse(applicant: Applicant): AdmissionRefusal | undefined {
    const { guard, ownIdHex } = this.#options;
    return refuseAdmission(applicant, {
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

  #takesOver(idHex: string, direction: Applicant['direction']): boolean {
    const session = this.#peers.get(idHex)?.session;
    if (session === undefined) return false;
    return takesOver({ idHex, direction }, session, this.#options.ownIdHex);
  }

  add(peer: Peer): void {
    this.#peers.set(peer.session.idHex, peer);
    if (peer.origin === 'inbound') this.#inboundCount++;
  }

  /** False when the peer was removed before, or another connection took its place. */
  remove(peer: Peer): boolean {
    const { idHex } = peer.session;
    if (this.#peers.get(idHex) !== peer) return false;
    this.#peers.delete(idHex);
    if (peer.origin === 'inbound') this.#inboundCount--;
    return true;
  }
}
