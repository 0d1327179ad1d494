import type { EndCode } from '../../shared/causes/catalogue.ts';
import type { RecordForkVerdict } from '../../shared/model/table.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import type { EndCause, NodeEvent } from '../../src-main/events/events.ts';
import { Arrivals } from '../../src-main/stats/arrivals.ts';
import { ProgressFunnel, type ProgressReaders } from '../../src-main/progress/funnel.ts';
import type { NodeDialState } from '../../src-main/progress/next-step.ts';
import type { WhyFacts } from '../../src-main/progress/why-statements.ts';
import { fakeNode } from './nodes.ts';
import { VirtualClock } from './virtual-clock.ts';

/** Facts of a running node with discovery, dials and free slots. */
export const healthyFacts: WhyFacts = {
  running: true,
  discoveryEnabled: true,
  dynamicDials: true,
  peers: { total: 3, inbound: 1, outbound: 2 },
  limits: { maxPeers: 50, maxInbound: 33, maxDialed: 17 },
  freeSlots: 4,
  uptimeMs: 86_400_000,
  isReachable: true,
  port: 30303,
  clockOffsetMs: 120,
};

/** A node whose ID is made of its number; with `fork` it has a record of that chain. */
export function numbered(number: number, fork?: RecordForkVerdict | 'none', parts: Partial<Node> = {}): Node {
  const id = new Uint8Array(32);
  new DataView(id.buffer).setUint32(0, number + 1);
  const node = fakeNode(id, { ip: `10.${String((number >> 8) & 255)}.${String(number & 255)}.1`, ...parts });
  if (fork === undefined) return node;
  const hash = new Uint8Array(4).fill(['ours', 'other', 'stale', 'unknown', 'none'].indexOf(fork));
  const eth = fork === 'none' ? undefined : { hash, next: 0n };
  const record = { eth, nodeId: id, seq: 1n, encoded: id };
  return { ...node, seq: 1n, record: record as unknown as NonNullable<Node['record']> };
}

/** A cause with what a test does not look at. */
export function causeOf(code: EndCode, parts: Partial<EndCause> = {}): EndCause {
  return {
    code,
    params: {},
    by: 'remote',
    stage: 'hello',
    disconnectReason: undefined,
    ...parts,
  };
}

/** ProgressFunnel with readers that a test sets, and that count their calls. */
export class ProgressWorld {
  readonly clock = new VirtualClock();
  readonly statics = new Set<string>();
  readonly trusted = new Set<string>();
  readonly labels = new Map<string, string>();
  readonly dialStates = new Map<string, NodeDialState>();
  readonly calls = { forkOf: 0, dialStateOf: 0, labelOf: 0 };
  readonly arrivals = new Arrivals();
  readonly funnel: ProgressFunnel;
  facts: WhyFacts = healthyFacts;

  constructor(ownIdHex = 'f'.repeat(64), readers: Partial<ProgressReaders> = {}) {
    this.funnel = new ProgressFunnel(ownIdHex, this.clock, {
      forkOf: (node) => {
        this.calls.forkOf += 1;
        const verdicts = ['ours', 'other', 'stale', 'unknown'] as const;
        return verdicts[node.record?.eth?.hash[0] ?? 3] ?? 'unknown';
      },
      unknownForks: () => new Set(),
      labelOf: (idHex) => {
        this.calls.labelOf += 1;
        return this.labels.get(idHex) ?? null;
      },
      isStatic: (idHex) => this.statics.has(idHex),
      isTrusted: (idHex) => this.trusted.has(idHex),
      dialStateOf: ({ idHex }) => {
        this.calls.dialStateOf += 1;
        return this.dialStates.get(idHex);
      },
      reputationOf: () => 0,
      earlierOf: () => [],
      nodeOf: () => undefined,
      facts: () => this.facts,
      inboundSince: (since) => this.arrivals.nodesSince(since),
      ...readers,
    });
  }

  /** Applies events at the present time of the clock. */
  tell(...events: readonly NodeEvent[]): void {
    for (const event of events) {
      this.arrivals.apply(event, this.clock.now());
      this.funnel.apply(event, this.clock.now());
    }
  }

  /** A node of our chain that was named, bonded and gave its record. */
  ready(node: Node): void {
    this.tell(
      { type: 'discovery/found', node, source: 'v4', from: 'a'.repeat(64) },
      { type: 'discovery/bonded', idHex: node.idHex, ip: node.ip ?? '' },
      { type: 'discovery/record', node },
    );
  }

  /** Dials the node; it gets to the stage of the cause and ends there. */
  dial(node: Node, cause: EndCause): void {
    this.tell({ type: 'dial/started', node, kind: this.statics.has(node.idHex) ? 'static' : 'dynamic' });
    const passed = ['connect', 'encryption', 'hello', 'status', 'running'].indexOf(cause.stage);
    if (passed > 1) this.pass(node, 'encryption');
    if (passed > 2) this.pass(node, 'hello');
    this.tell({ type: 'dial/ended', node, kind: 'dynamic', cause, durationMs: 5 });
  }

  pass(node: Node, stage: 'encryption' | 'hello', direction: 'inbound' | 'outbound' = 'outbound'): void {
    this.tell({ type: 'connection/passed', idHex: node.idHex, direction, stage, ip: node.ip ?? '' });
  }

  /** Makes a kept peer of the node. */
  keep(node: Node, direction: 'inbound' | 'outbound' = 'outbound'): void {
    const { idHex, ip = '' } = node;
    if (direction === 'outbound') this.tell({ type: 'dial/started', node, kind: 'dynamic' });
    this.pass(node, 'encryption', direction);
    this.pass(node, 'hello', direction);
    this.tell(
      { type: 'peer/added', idHex, name: 'Geth/v1.15.0', direction, ip, port: 30303 },
      { type: 'peer/established', idHex, detail: 'eth/69 · fork 07c9462e' },
    );
  }

  drop(node: Node, cause: EndCause, direction: 'inbound' | 'outbound' = 'outbound'): void {
    const { idHex, ip = '' } = node;
    const dropped = { idHex, name: 'Geth/v1.15.0', direction, ip, port: 30303, cause, ageMs: 1_000 };
    const figures = { kind: 'dynamic', capabilities: ['eth/69'], bytesIn: 10, bytesOut: 20 } as const;
    this.tell({ type: 'peer/dropped', ...dropped, ...figures });
  }
}
