import type { EndCode } from '../../shared/causes/catalogue.ts';
import type { DialKind } from '../../src-main/dialing/dial-policy.ts';
import { DialScheduler, type DialSchedulerOptions } from '../../src-main/dialing/dial-scheduler.ts';
import { nodeFromParts } from '../../src-main/node-record/node-factory.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import type { EndCause } from '../../src-main/events/events.ts';
import { silentLogger } from './silent-logger.ts';
import { RecordedEvents } from './recorded-events.ts';
import { SeededRandom } from './seeded-random.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A node with a number as its key, which is no point of the curve and is never checked. */
export function numberedNode(
  number: number,
  endpoint: { ip?: string; tcp?: number; hostname?: string } = {},
): Node {
  const publicKey = new Uint8Array(64);
  new DataView(publicKey.buffer).setUint32(60, number);
  const { ip, tcp = 30303, hostname } = { ip: '127.0.0.1', ...endpoint };
  const node = nodeFromParts({ publicKey, ip, tcp, udp: tcp });
  return hostname === undefined ? node : { ...node, hostname, ip: undefined };
}

/** A node of which only the identity is known. */
export function addressless(number: number): Node {
  return { ...numberedNode(number), ip: undefined, tcp: 0, udp: 0 };
}

/** The cause of a failed dial. */
export function failure(code: EndCode, detail: Partial<EndCause> = {}): EndCause {
  return { code, params: {}, by: 'network', stage: 'connect', disconnectReason: undefined, ...detail };
}

/** A scheduler in virtual time; a test decides the result of each dial. */
export class DialRounds {
  /** Addresses outside --netrestrict. */
  readonly forbidden = new Set<string>();
  readonly clock = new VirtualClock();
  readonly events = new RecordedEvents();
  readonly scheduler: DialScheduler;
  /** Candidates that discovery has found. */
  readonly discovered: Node[] = [];
  /** Dials that were started and not yet returned by `newDials`. */
  #fresh: { node: Node; kind: DialKind }[] = [];
  readonly #open = new Map<string, (cause: EndCause | undefined) => void>();
  readonly #waiting: (() => void)[] = [];
  pulls = 0;

  constructor(options: Partial<DialSchedulerOptions> = {}) {
    this.scheduler = new DialScheduler({
      ownIdHex: numberedNode(0xffff).idHex,
      limits: { maxDialed: 4, maxActive: 5 },
      settings: { dynamicDials: true, noDial: false, bootnodeFallbackMs: 0 },
      clock: this.clock,
      random: new SeededRandom(1),
      events: this.events,
      logger: silentLogger,
      guard: {
        isBanned: () => false,
        isAllowedAddress: (ip) => !this.forbidden.has(ip),
        isOfOtherNetwork: () => false,
      },
      candidates: { next: (signal) => this.#next(signal) },
      connector: { dial: (node, kind, signal) => this.#connect(node, kind, signal) },
      ...options,
    });
  }

  /** Starts the scheduler and lets it make its first dials. */
  async start(): Promise<void> {
    await this.scheduler.start();
    await this.clock.settle();
  }

  /** Discovery finds more nodes. */
  async discover(...nodes: Node[]): Promise<void> {
    this.discovered.push(...nodes);
    for (const wake of this.#waiting.splice(0)) wake();
    await this.clock.settle();
  }

  /** A dial ends with a session, as the server reports it. */
  async succeed(node: Node): Promise<void> {
    this.scheduler.peerAdded(node.idHex, true);
    await this.#finish(node, undefined);
  }

  async fail(node: Node, cause: EndCause = failure('connection-refused')): Promise<void> {
    await this.#finish(node, cause);
  }

  /** The nodes that were dialled since the last call, in order. */
  newDials(): Node[] {
    return this.#fresh.splice(0).map(({ node }) => node);
  }

  /** The same as IDs, sorted. */
  newIds(): string[] {
    return this.newDials()
      .map(({ idHex }) => idHex)
      .sort();
  }

  async #finish(node: Node, cause: EndCause | undefined): Promise<void> {
    const resolve = this.#open.get(node.idHex);
    if (resolve === undefined) throw new Error('This node is not being dialled');
    this.#open.delete(node.idHex);
    resolve(cause);
    await this.clock.settle();
  }

  #connect(node: Node, kind: DialKind, signal: AbortSignal): Promise<EndCause | undefined> {
    this.#fresh.push({ node, kind });
    return new Promise((resolve) => {
      this.#open.set(node.idHex, resolve);
      signal.addEventListener('abort', () => {
        this.#open.delete(node.idHex);
        resolve(failure('aborted', { by: 'local' }));
      });
    });
  }

  async #next(signal: AbortSignal): Promise<Node> {
    this.pulls++;
    for (;;) {
      signal.throwIfAborted();
      const node = this.discovered.shift();
      if (node !== undefined) return node;
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        signal.addEventListener('abort', () => {
          resolve();
        });
      });
    }
  }
}

/** The IDs of nodes, sorted. */
export function idsOf(...nodes: Node[]): string[] {
  return nodes.map(({ idHex }) => idHex).sort();
}
