import { bytesToHex } from '../base/bytes.ts';
import type { EndCode } from '../../shared/causes/catalogue.ts';
import type { Node } from '../node-record/node.ts';
import type { NodeEvent, NodeSource } from '../events/events.ts';
import { NodeProgress, STEP } from './node-progress.ts';

/** Nodes that did more than to be named. BOUNDED: 10,000, the least recently touched forgotten. */
export const MAX_PROVEN = 10_000;
/** Nodes that were only named. BOUNDED: 10,000, so that a flood of new IDs drives out no node that answered. */
export const MAX_NAMED = 10_000;
/** Addresses whose packets came expired. BOUNDED: 1,024, the longest silent forgotten. */
const MAX_EXPIRED = 1_024;

/** The reason that discovery gives for a packet whose expiration has passed. */
const EXPIRED = 'expired';

/** What the book must know of a node to keep it. */
export type IsListed = (idHex: string) => boolean;

/** The journey of every node that we heard of, drawn from the stream of facts. Connected and listed nodes stay. */
export class NodeProgressStore {
  readonly #proven = new Map<string, NodeProgress>();
  readonly #named = new Map<string, NodeProgress>();
  /** When a packet of an address last came too late, by IP. */
  readonly #expired = new Map<string, number>();
  readonly #ownIdHex: string;
  readonly #isListed: IsListed;

  /** @param isListed whether a node stands on the static or trusted list */
  constructor(ownIdHex: string, isListed: IsListed) {
    this.#ownIdHex = ownIdHex;
    this.#isListed = isListed;
  }

  /** Nodes in the book. */
  get size(): number {
    return this.#proven.size + this.#named.size;
  }

  get(idHex: string): NodeProgress | undefined {
    return this.#proven.get(idHex) ?? this.#named.get(idHex);
  }

  /** All journeys; those that were only named come first. */
  *all(): Generator<NodeProgress> {
    yield* this.#named.values();
    yield* this.#proven.values();
  }

  /** Calls `visit` with every journey: faster than a generator for a pass over all of them. */
  each(visit: (journey: NodeProgress) => void): void {
    for (const journey of this.#named.values()) visit(journey);
    for (const journey of this.#proven.values()) visit(journey);
  }

  /** When a packet from the address last came expired; 0 for never. */
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
    const journey = this.#touch(node.idHex, at);
    if (journey === undefined) return;
    journey.found(node, source, at);
    if (from !== undefined) journey.namedBy = from;
  }

  #bonded(idHex: string, ip: string, at: number): void {
    const journey = this.#touch(idHex, at);
    if (journey === undefined) return;
    journey.passedAt[STEP.bonded] = at;
    journey.ip = ip;
    this.#settle(journey);
  }

  #silent(idHex: string, at: number): void {
    const journey = this.#touch(idHex, at);
    if (journey !== undefined) journey.silentAt = at;
  }

  #record(node: Node, at: number): void {
    const journey = this.#touch(node.idHex, at);
    if (journey === undefined) return;
    journey.see(node, at);
    journey.passedAt[STEP.record] = at;
    this.#settle(journey);
  }

  #dialStarted(node: Node, kind: 'static' | 'dynamic', at: number): void {
    const journey = this.#touch(node.idHex, at);
    if (journey === undefined) return;
    if (kind === 'static') journey.broughtBy('static', at);
    journey.see(node, at);
    journey.outbound = undefined;
    journey.advance('outbound', STEP.dialled, at);
    this.#settle(journey);
  }

  #dialRefused(node: Node, reason: EndCode, at: number): void {
    const journey = this.#touch(node.idHex, at);
    if (journey === undefined) return;
    journey.see(node, at);
    journey.refusal = reason;
    journey.refusedAt = at;
  }

  #passed(event: Extract<NodeEvent, { type: 'connection/passed' }>, at: number): void {
    const journey = this.#touch(event.idHex, at);
    if (journey === undefined) return;
    if (event.direction === 'inbound') this.#cameIn(journey, event.ip, at);
    journey.advance(event.direction, event.stage === 'encryption' ? STEP.encrypted : STEP.hello, at);
    this.#settle(journey);
  }

  #inboundEnded(idHex: string, event: Extract<NodeEvent, { type: 'inbound/ended' }>, at: number): void {
    const journey = this.#touch(idHex, at);
    if (journey === undefined) return;
    this.#cameIn(journey, event.ip, at);
    // Its identity is known: the encryption handshake is behind it, unless that was refused.
    const step = event.cause.stage === 'encryption' ? STEP.dialled : STEP.encrypted;
    journey.advance('inbound', step, journey.passedAt[step] || at);
    journey.end('inbound', event.cause, at);
    this.#settle(journey);
  }

  #peerAdded(event: Extract<NodeEvent, { type: 'peer/added' }>, at: number): void {
    const journey = this.#touch(event.idHex, at);
    if (journey === undefined) return;
    if (event.direction === 'inbound') this.#cameIn(journey, event.ip, at);
    else journey.ip = event.ip;
    journey.name = event.name;
    journey.advance(event.direction, STEP.hello, at).session = true;
    this.#settle(journey);
  }

  #status({ idHex, forkId }: Extract<NodeEvent, { type: 'peer/fork-id' }>, at: number): void {
    const journey = this.#touch(idHex, at);
    if (journey !== undefined) journey.statusForkHash = bytesToHex(forkId.hash);
  }

  #established(idHex: string, detail: string, at: number): void {
    const journey = this.#touch(idHex, at);
    const attempt = journey?.current;
    if (journey === undefined || attempt === undefined) return;
    journey.advance(attempt.direction, STEP.status, at);
    journey.passedAt[STEP.kept] = at;
    journey.detail = detail;
    journey.failures = 0;
  }

  #cameIn(journey: NodeProgress, ip: string, at: number): void {
    journey.ip ??= ip;
    journey.broughtBy('inbound', at);
  }

  /** A node that is not running holds no connection; those that were under way have no end of their own. */
  #stopped(): void {
    for (const journey of this.all()) {
      journey.inbound = undefined;
      journey.outbound = undefined;
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

  /** The journey of a node, now the most recently touched; a new one where there is none. We have none ourselves. */
  #touch(idHex: string, at: number): NodeProgress | undefined {
    if (idHex === this.#ownIdHex) return undefined;
    const group = this.#proven.has(idHex) ? this.#proven : this.#named;
    let journey = group.get(idHex);
    if (journey === undefined) {
      journey = new NodeProgress(idHex, at);
      group.set(idHex, journey);
      this.#bound(group, MAX_NAMED);
      return journey;
    }
    journey.touchedAt = at;
    group.delete(idHex);
    group.set(idHex, journey);
    return journey;
  }

  /** A node that did more than to be named moves to those that are kept longer. */
  #settle(journey: NodeProgress): void {
    if (!this.#named.delete(journey.idHex)) return;
    this.#proven.set(journey.idHex, journey);
    this.#bound(this.#proven, MAX_PROVEN);
  }

  /** Forgets the least recently touched; whom it must keep moves up, so that it is not met again at once. */
  #bound(group: Map<string, NodeProgress>, limit: number): void {
    for (let left = group.size; group.size > limit && left > 0; left--) {
      const [oldest] = group.values();
      if (oldest === undefined) return;
      group.delete(oldest.idHex);
      if (oldest.connected || this.#isListed(oldest.idHex)) group.set(oldest.idHex, oldest);
    }
  }
}
