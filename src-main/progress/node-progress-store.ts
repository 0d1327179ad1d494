import { bytesToHex } from '../base/bytes.ts';
import type { CauseCode, EndCode } from '../../shared/causes/catalogue.ts';
import type { Node } from '../node-record/node.ts';
import type { NodeEvent, NodeSource } from '../events/events.ts';
import { NodeProgress, STEP } from './node-progress.ts';

/** Nodes that answered us or had a connection. BOUNDED: 10,000, the least recently active removed first. */
export const MAX_PROVEN = 10_000;
/** Nodes that other nodes only reported. BOUNDED: 10,000, so that a flood of new IDs removes no node that answered. */
export const MAX_NAMED = 10_000;
/** Addresses that sent expired packets. BOUNDED: 1,024, the oldest removed first. */
const MAX_EXPIRED = 1_024;

/** The drop reason of a packet whose expiration has passed. */
const EXPIRED: CauseCode = 'expired';

/** Whether a node is on the static or trusted list, so that the store keeps it. */
export type IsListed = (idHex: string) => boolean;

/** The progress of every known node, from the stream of events. Connected and listed nodes are not removed. */
export class NodeProgressStore {
  readonly #proven = new Map<string, NodeProgress>();
  readonly #named = new Map<string, NodeProgress>();
  /** When an address last sent an expired packet, by IP. */
  readonly #expired = new Map<string, number>();
  readonly #ownIdHex: string;
  readonly #isListed: IsListed;

  constructor(ownIdHex: string, isListed: IsListed) {
    this.#ownIdHex = ownIdHex;
    this.#isListed = isListed;
  }

  /** Number of nodes. */
  get size(): number {
    return this.#proven.size + this.#named.size;
  }

  get(idHex: string): NodeProgress | undefined {
    return this.#proven.get(idHex) ?? this.#named.get(idHex);
  }

  /** All nodes; those that were only reported come first. */
  *all(): Generator<NodeProgress> {
    yield* this.#named.values();
    yield* this.#proven.values();
  }

  /** Calls `visit` with every node: faster than a generator for a pass over all nodes. */
  each(visit: (progress: NodeProgress) => void): void {
    for (const progress of this.#named.values()) visit(progress);
    for (const progress of this.#proven.values()) visit(progress);
  }

  /** When the address last sent an expired packet, Unix milliseconds; 0 for never. */
  expiredAt(ip: string): number {
    return this.#expired.get(ip) ?? 0;
  }

  apply(event: NodeEvent, at: number): void {
    switch (event.type) {
      case 'discovery/found':
        this.#found(event.node, event.source, event.from, at);
        break;
      case 'discovery/bonded':
        this.#bonded(event.idHex, event.ip, at);
        break;
      case 'discovery/silent':
        this.#silent(event.idHex, at);
        break;
      case 'discovery/record':
        this.#record(event.node, at);
        break;
      case 'discovery/dropped':
        if (event.reason === EXPIRED) this.#noteExpired(event.ip, at);
        break;
      case 'node/phase':
        if (event.phase === 'stopped' || event.phase === 'failed') this.#stopped();
        break;
      default:
        this.#connection(event, at);
    }
  }

  #connection(event: NodeEvent, at: number): void {
    switch (event.type) {
      case 'dial/started':
        this.#dialStarted(event.node, event.kind, at);
        break;
      case 'dial/refused':
        this.#dialRefused(event.node, event.reason, at);
        break;
      case 'dial/ended':
        if (event.cause !== undefined) this.#touch(event.node.idHex, at)?.end('outbound', event.cause, at);
        break;
      case 'connection/passed':
        this.#passed(event, at);
        break;
      case 'inbound/ended':
        if (event.idHex !== undefined) this.#inboundEnded(event.idHex, event, at);
        break;
      case 'peer/added':
        this.#peerAdded(event, at);
        break;
      case 'peer/fork-id':
        this.#status(event, at);
        break;
      case 'peer/established':
        this.#established(event.idHex, event.detail, at);
        break;
      case 'peer/dropped':
        this.#touch(event.idHex, at)?.end(event.direction, event.cause, at);
        break;
      default:
        break;
    }
  }

  #found(node: Node, source: NodeSource, from: string | undefined, at: number): void {
    const progress = this.#touch(node.idHex, at);
    if (progress === undefined) return;
    progress.found(node, source, at);
    if (from !== undefined) progress.namedBy = from;
  }

  #bonded(idHex: string, ip: string, at: number): void {
    const progress = this.#touch(idHex, at);
    if (progress === undefined) return;
    progress.passedAt[STEP.bonded] = at;
    progress.ip = ip;
    this.#settle(progress);
  }

  #silent(idHex: string, at: number): void {
    const progress = this.#touch(idHex, at);
    if (progress !== undefined) progress.silentAt = at;
  }

  #record(node: Node, at: number): void {
    const progress = this.#touch(node.idHex, at);
    if (progress === undefined) return;
    progress.see(node, at);
    progress.passedAt[STEP.record] = at;
    this.#settle(progress);
  }

  #dialStarted(node: Node, kind: 'static' | 'dynamic', at: number): void {
    const progress = this.#touch(node.idHex, at);
    if (progress === undefined) return;
    if (kind === 'static') progress.addSource('static', at);
    progress.see(node, at);
    progress.outbound = undefined;
    progress.advance('outbound', STEP.dialled, at);
    this.#settle(progress);
  }

  #dialRefused(node: Node, reason: EndCode, at: number): void {
    const progress = this.#touch(node.idHex, at);
    if (progress === undefined) return;
    progress.see(node, at);
    progress.refusal = reason;
    progress.refusedAt = at;
  }

  #passed(event: Extract<NodeEvent, { type: 'connection/passed' }>, at: number): void {
    const progress = this.#touch(event.idHex, at);
    if (progress === undefined) return;
    if (event.direction === 'inbound') this.#inbound(progress, event.ip, at);
    progress.advance(event.direction, event.stage === 'encryption' ? STEP.encrypted : STEP.hello, at);
    this.#settle(progress);
  }

  #inboundEnded(idHex: string, event: Extract<NodeEvent, { type: 'inbound/ended' }>, at: number): void {
    const progress = this.#touch(idHex, at);
    if (progress === undefined) return;
    this.#inbound(progress, event.ip, at);
    // Its identity is known, so the RLPx handshake succeeded, unless the end was at that stage.
    const step = event.cause.stage === 'encryption' ? STEP.dialled : STEP.encrypted;
    progress.advance('inbound', step, progress.passedAt[step] || at);
    progress.end('inbound', event.cause, at);
    this.#settle(progress);
  }

  #peerAdded(event: Extract<NodeEvent, { type: 'peer/added' }>, at: number): void {
    const progress = this.#touch(event.idHex, at);
    if (progress === undefined) return;
    if (event.direction === 'inbound') this.#inbound(progress, event.ip, at);
    else progress.ip = event.ip;
    progress.name = event.name;
    progress.advance(event.direction, STEP.hello, at).session = true;
    this.#settle(progress);
  }

  #status({ idHex, forkId }: Extract<NodeEvent, { type: 'peer/fork-id' }>, at: number): void {
    const progress = this.#touch(idHex, at);
    if (progress !== undefined) progress.statusForkHash = bytesToHex(forkId.hash);
  }

  #established(idHex: string, detail: string, at: number): void {
    const progress = this.#touch(idHex, at);
    const attempt = progress?.current;
    if (progress === undefined || attempt === undefined) return;
    progress.advance(attempt.direction, STEP.status, at);
    progress.passedAt[STEP.session] = at;
    progress.detail = detail;
    progress.failures = 0;
  }

  #inbound(progress: NodeProgress, ip: string, at: number): void {
    progress.ip ??= ip;
    progress.addSource('inbound', at);
  }

  /** A stopped node has no connections; those in progress emit no end event. */
  #stopped(): void {
    for (const progress of this.all()) {
      progress.inbound = undefined;
      progress.outbound = undefined;
    }
  }

  #noteExpired(ip: string, at: number): void {
    this.#expired.delete(ip);
    this.#expired.set(ip, at);
    if (this.#expired.size <= MAX_EXPIRED) return;
    for (const oldest of this.#expired.keys()) {
      this.#expired.delete(oldest);
      break;
    }
  }

  /** The progress of a node, created where there is none, and marked as the most recently active; undefined for this node. */
  #touch(idHex: string, at: number): NodeProgress | undefined {
    if (idHex === this.#ownIdHex) return undefined;
    const group = this.#proven.has(idHex) ? this.#proven : this.#named;
    let progress = group.get(idHex);
    if (progress === undefined) {
      progress = new NodeProgress(idHex, at);
      group.set(idHex, progress);
      this.#bound(group, MAX_NAMED);
      return progress;
    }
    progress.touchedAt = at;
    group.delete(idHex);
    group.set(idHex, progress);
    return progress;
  }

  /** Moves a node that answered us or has a connection to the group that is kept longer. */
  #settle(progress: NodeProgress): void {
    if (!this.#named.delete(progress.idHex)) return;
    this.#proven.set(progress.idHex, progress);
    this.#bound(this.#proven, MAX_PROVEN);
  }

  /** Removes the least recently active. A node that must be kept moves to the end, so that it is not checked again at once. */
  #bound(group: Map<string, NodeProgress>, limit: number): void {
    for (let left = group.size; group.size > limit && left > 0; left--) {
      const [oldest] = group.values();
      if (oldest === undefined) return;
      group.delete(oldest.idHex);
      if (oldest.connected || this.#isListed(oldest.idHex)) group.set(oldest.idHex, oldest);
    }
  }
}
