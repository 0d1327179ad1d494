import { bytesToHex } from '../base/bytes.ts';
import type { EndCode } from '../../shared/causes/catalogue.ts';
import type { Node } from '../node-record/node.ts';
import { WHY_STEPS, type WhyStepName } from '../../shared/model/why.ts';
import type { ConnectionStage, Direction, EndCause, NodeSource } from '../events/events.ts';

/** The place of each step on the way, from 0. */
export const STEP = Object.fromEntries(WHY_STEPS.map((step, index) => [step, index])) as Readonly<
  Record<WhyStepName, number>
>;

/** The last step that a connection has behind it which ended at a stage. */
const PASSED_BEFORE: Readonly<Record<ConnectionStage, number>> = {
  connect: STEP.dialled,
  encryption: STEP.dialled,
  hello: STEP.encrypted,
  status: STEP.hello,
  running: STEP.status,
};

/** One connection to a node, from the dial or its first sign on. Times are Unix milliseconds. */
export interface Attempt {
  readonly direction: Direction;
  readonly startedAt: number;
  /** Index of the last step that it passed. */
  reach: number;
  /** Whether it has become a session. */
  session: boolean;
}

/** A connection that is over. */
export interface PastAttempt {
  readonly direction: Direction;
  readonly endedAt: number;
  readonly reach: number;
  readonly cause: EndCause;
}

/** Who brought a node, and when they first and last did. Times are Unix milliseconds. */
export interface Finding {
  readonly source: NodeSource;
  readonly firstAt: number;
  lastAt: number;
}

/** All that the stream of facts has said of one node. Times are Unix milliseconds, 0 for never. */
export class NodeProgress {
  readonly idHex: string;
  readonly firstSeenAt: number;
  touchedAt: number;
  /** The newest version of it, preferably with its record; undefined for a node that only came to us. */
  node: Node | undefined;
  /** Where it was last seen: an inbound node's port is not one it listens on. */
  ip: string | undefined;
  port = 0;
  /** The name that its last Hello gave. */
  name: string | undefined;
  /** In the order in which they first brought it. BOUNDED: one a source. */
  readonly findings: Finding[] = [];
  /** The node whose answer last named it. */
  namedBy: string | undefined;
  /** When each step was last passed, by its index. */
  readonly passedAt: number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  silentAt = 0;
  /** What its record says of its chain, as a key for lookups; undefined without a record, empty without an entry. */
  forkKey: string | undefined;
  /** Fork hash of its last Status that was of our chain, 8 hex digits. */
  statusForkHash: string | undefined;
  /** Why our own policy did not dial it, and when. */
  refusal: EndCode | undefined;
  refusedAt = 0;
  /** What its Status said. */
  detail: string | undefined;
  inbound: Attempt | undefined;
  outbound: Attempt | undefined;
  last: PastAttempt | undefined;
  /** Attempts in a row that did not become a kept peer. */
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

  /** The connection that has got farthest of those under way; undefined when there is none. */
  get current(): Attempt | undefined {
    const { inbound, outbound } = this;
    if (inbound === undefined || outbound === undefined) return inbound ?? outbound;
    return inbound.reach > outbound.reach ? inbound : outbound;
  }

  /** Whether it has ever done more than to be named: such journeys are kept before others. */
  get isProven(): boolean {
    return this.passedAt.some((at, step) => step > STEP.found && at > 0);
  }

  /** Who brought it, in the order in which they first did. */
  get sources(): readonly NodeSource[] {
    return this.findings.map(({ source }) => source);
  }

  /** Somebody brings it, again perhaps. */
  broughtBy(source: NodeSource, at: number): void {
    const known = this.findings.find((finding) => finding.source === source);
    if (known === undefined) this.findings.push({ source, firstAt: at, lastAt: at });
    else known.lastAt = at;
  }

  found(node: Node, source: NodeSource, at: number): void {
    this.passedAt[STEP.found] = at;
    this.broughtBy(source, at);
    // Others may say of a proven address what they like.
    const isProven = this.node !== undefined && (this.passedAt[STEP.bonded] ?? 0) > 0;
    if (!isProven || node.record !== undefined) this.see(node, at);
  }

  /** Takes over what is newer. A packet tells the address but not the record. */
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

  /** A connection has passed a step; one that nobody announced begins with it. */
  advance(direction: Direction, step: number, at: number): Attempt {
    const attempt = (this[direction] ??= { direction, startedAt: at, reach: step, session: false });
    attempt.reach = Math.max(attempt.reach, step);
    this.passedAt[step] = at;
    return attempt;
  }

  /** A connection is over. */
  end(direction: Direction, cause: EndCause, at: number): void {
    const attempt = this[direction];
    this[direction] = undefined;
    const reach = Math.max(attempt?.reach ?? 0, PASSED_BEFORE[cause.stage]);
    if (reach < STEP.status) this.failures += 1;
    // What became of a second connection says nothing of a node that is a peer.
    if (!this.connected) this.last = { direction, endedAt: at, reach, cause };
  }
}
