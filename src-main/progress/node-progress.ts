import { bytesToHex } from '../base/bytes.ts';
import { formatSocketAddress } from '../base/ip.ts';
import type { EndCode } from '../../shared/causes/catalogue.ts';
import type { Node } from '../node-record/node.ts';
import { WHY_STEPS, type WhyStepName } from '../../shared/model/why.ts';
import type { ConnectionStage, Direction, EndCause, NodeSource } from '../events/events.ts';

/** The index of each step, from 0. */
export const STEP = Object.fromEntries(WHY_STEPS.map((step, index) => [step, index])) as Readonly<
  Record<WhyStepName, number>
>;

/** The last step that a connection has passed when it ends at a stage. */
const PASSED_BEFORE: Readonly<Record<ConnectionStage, number>> = {
  connect: STEP.dialled,
  encryption: STEP.dialled,
  hello: STEP.encrypted,
  status: STEP.hello,
  running: STEP.status,
};

/** One connection to a node, from the dial or the first inbound event. Times are Unix milliseconds. */
export interface Attempt {
  readonly direction: Direction;
  readonly startedAt: number;
  /** Index of the last step that it passed. */
  reach: number;
  /** Whether it has become a session. */
  session: boolean;
}

/** A connection that has ended. */
export interface PastAttempt {
  readonly direction: Direction;
  readonly endedAt: number;
  readonly reach: number;
  readonly cause: EndCause;
}

/** A source that reported a node, and when it first and last did. Times are Unix milliseconds. */
export interface Finding {
  readonly source: NodeSource;
  readonly firstAt: number;
  lastAt: number;
}

/** What the events say about one node. Times are Unix milliseconds, 0 for never. */
export class NodeProgress {
  readonly idHex: string;
  readonly firstSeenAt: number;
  touchedAt: number;
  /** The newest version of it, preferably with its record; undefined for a node that only connected to us. */
  node: Node | undefined;
  /** Its last address. The port of an inbound connection is not its listening port, and is not stored. */
  ip: string | undefined;
  port = 0;
  /** The client name of its last Hello. */
  name: string | undefined;
  /** In the order of the first report. BOUNDED: one a source. */
  readonly findings: Finding[] = [];
  /** The node whose response last contained it. */
  namedBy: string | undefined;
  /** When each step was last passed, by its index. */
  readonly passedAt: number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  silentAt = 0;
  /** The fork ID of its record as a map key; undefined without a record, empty without an eth entry. */
  forkKey: string | undefined;
  /** Fork hash of its last Status of our chain, 8 hex digits. */
  statusForkHash: string | undefined;
  /** Why our own policy did not dial it, and when. */
  refusal: EndCode | undefined;
  refusedAt = 0;
  /** eth version and fork hash of its Status: `eth/69 · fork 07c9462e`. */
  detail: string | undefined;
  inbound: Attempt | undefined;
  outbound: Attempt | undefined;
  last: PastAttempt | undefined;
  /** Consecutive attempts that did not become a session. */
  failures = 0;

  constructor(idHex: string, at: number) {
    this.idHex = idHex;
    this.firstSeenAt = at;
    this.touchedAt = at;
  }

  /** Whether there is a session with it. */
  get connected(): boolean {
    return this.inbound?.session === true || this.outbound?.session === true;
  }

  /** The open connection that has passed the most steps; undefined when there is none. */
  get current(): Attempt | undefined {
    const { inbound, outbound } = this;
    if (inbound === undefined || outbound === undefined) return inbound ?? outbound;
    return inbound.reach > outbound.reach ? inbound : outbound;
  }

  /** Whether it ever answered us or had a connection: such nodes are kept longer. */
  get isProven(): boolean {
    return this.passedAt.some((at, step) => step > STEP.found && at > 0);
  }

  /** Its sources, in the order of the first report. */
  get sources(): readonly NodeSource[] {
    return this.findings.map(({ source }) => source);
  }

  /** Adds a source, or a further report by a known one. */
  addSource(source: NodeSource, at: number): void {
    const known = this.findings.find((finding) => finding.source === source);
    if (known === undefined) this.findings.push({ source, firstAt: at, lastAt: at });
    else known.lastAt = at;
  }

  found(node: Node, source: NodeSource, at: number): void {
    this.passedAt[STEP.found] = at;
    this.addSource(source, at);
    // A report by another node does not change a proven address.
    const isProven = this.node !== undefined && (this.passedAt[STEP.bonded] ?? 0) > 0;
    if (!isProven || node.record !== undefined) this.see(node, at);
  }

  /** Takes over a newer version of the node. A packet has its address but not its record. */
  see(node: Node, at: number): void {
    this.ip = node.ip ?? this.ip;
    this.port = node.tcp === 0 ? this.port : node.tcp;
    if (this.node !== undefined && node.record === undefined && this.node.record !== undefined) return;
    if (this.node !== undefined && node.seq < this.node.seq) return;
    const isNews = this.forkKey === undefined || node.seq !== this.node?.seq;
    this.node = node;
    if (node.record === undefined || !isNews) return;
    this.passedAt[STEP.record] = at;
    const fork = node.record.eth;
    this.forkKey = fork === undefined ? '' : `${bytesToHex(fork.hash)} ${String(fork.next)}`;
  }

  /** A connection has passed a step; creates the attempt where there is none. */
  advance(direction: Direction, step: number, at: number): Attempt {
    const attempt = (this[direction] ??= { direction, startedAt: at, reach: step, session: false });
    attempt.reach = Math.max(attempt.reach, step);
    this.passedAt[step] = at;
    return attempt;
  }

  /** A connection has ended. */
  end(direction: Direction, cause: EndCause, at: number): void {
    const attempt = this[direction];
    this[direction] = undefined;
    const reach = Math.max(attempt?.reach ?? 0, PASSED_BEFORE[cause.stage]);
    if (reach < STEP.status) this.failures += 1;
    // The end of a second connection is not the state of a node that is a peer.
    if (!this.connected) this.last = { direction, endedAt: at, reach, cause };
  }
}

/** The address to dial; the remote address of a node that only connected to us. */
export function addressOf({ node, ip, port }: Pick<NodeProgress, 'node' | 'ip' | 'port'>): string | null {
  const at = node?.ip ?? ip;
  if (at === undefined) return node?.hostname ?? null;
  const tcp = node === undefined || node.tcp === 0 ? port : node.tcp;
  return tcp === 0 ? at : formatSocketAddress({ ip: at, port: tcp });
}
