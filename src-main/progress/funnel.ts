import type { CauseCode } from '../../shared/causes/catalogue.ts';
import type { NodeSource } from '../../shared/model/node-source.ts';
import type { PastOutcome } from '../../shared/model/peer.ts';
import type { RecordForkVerdict } from '../../shared/model/table.ts';
import {
  WHY_SPANS,
  WHY_STEPS,
  type NodeTrace,
  type WhyCause,
  type WhyNode,
  type WhySnapshot,
  type WhySpan,
  type WhyStep,
  type WhyStepName,
} from '../../shared/model/why.ts';
import type { Clock } from '../base/runtime.ts';
import type { NodeEvent } from '../events/events.ts';
import { plainText } from '../events/plain-text.ts';
import type { Node } from '../node-record/node.ts';
import { Newest } from '../stats/newest.ts';
import { nextStepOf, type NodeDialState } from './next-step.ts';
import { addressOf, STEP, type NodeProgress } from './node-progress.ts';
import { progressStateOf, type ProgressState, type ProgressView } from './node-progress-state.ts';
import { NodeProgressStore } from './node-progress-store.ts';
import { traceOf } from './trace.ts';
import { isClockWrong, statementsOf, type WhyFacts } from './why-statements.ts';

/** Nodes in a snapshot. BOUNDED: 200. */
const MAX_NODES = 200;
/** How far back a trace looks for the end of a connection. */
const TRACE_SPAN_MS = WHY_SPANS['24h'] * 1_000;

/** Reads facts of other parts of the node when a client requests a snapshot or a trace. */
export interface ProgressReaders {
  readonly forkOf: (node: Node) => RecordForkVerdict;
  /** Fork hashes, 8 hex digits, of forks of our chain that enough nodes announce and this version does not know. */
  readonly unknownForks: () => ReadonlySet<string>;
  /** The name that the user gave the node. */
  readonly labelOf: (idHex: string) => string | null;
  readonly isStatic: (idHex: string) => boolean;
  readonly isTrusted: (idHex: string) => boolean;
  /** Its state at the dial scheduler; undefined while this node does not dial. */
  readonly dialStateOf: (node: Node) => NodeDialState | undefined;
  readonly reputationOf: (idHex: string) => number;
  /** Newest first. */
  readonly earlierOf: (idHex: string) => readonly PastOutcome[];
  /** The node as a node list, the table or the database has it. */
  readonly nodeOf: (idHex: string) => Node | undefined;
  readonly facts: () => WhyFacts;
  /** Number of nodes that connected to us at or after a moment, Unix milliseconds, within this run. */
  readonly inboundSince: (since: number) => number;
}

/** Why nodes are, or are not, peers: counts the progress of all nodes, and traces one. */
export class ProgressFunnel {
  readonly #ownIdHex: string;
  readonly #clock: Clock;
  readonly #readers: ProgressReaders;
  readonly #store: NodeProgressStore;

  constructor(ownIdHex: string, clock: Clock, readers: ProgressReaders) {
    this.#ownIdHex = ownIdHex;
    this.#clock = clock;
    this.#readers = readers;
    this.#store = new NodeProgressStore(
      ownIdHex,
      (idHex) => readers.isStatic(idHex) || readers.isTrusted(idHex),
    );
  }

  apply(event: NodeEvent, at: number): void {
    this.#store.apply(event, at);
  }

  /** Nodes that are remembered. */
  get size(): number {
    return this.#store.size;
  }

  /** Where a node was found. */
  sourcesOf(idHex: string): readonly NodeSource[] {
    return this.#store.get(idHex)?.sources ?? [];
  }

  /**
   * Counts the nodes that were active within the span, by step and cause, in one pass. Only listed nodes are looked up at
   * the dial scheduler.
   * @param step lists the nodes that did not reach it; null lists all nodes that are not peers
   * @param code lists the nodes with one cause; null those with any
   */
  why(span: WhySpan, step: WhyStepName | null, code: CauseCode | null): WhySnapshot {
    const facts = this.#readers.facts();
    const view = this.#view(WHY_SPANS[span] * 1_000, facts);
    const funnel = new Funnel();
    const newest = new Newest<{ readonly progress: NodeProgress; readonly state: ProgressState }>(MAX_NODES);
    const wanted = step === null ? undefined : STEP[step] - 1;
    let total = 0;
    this.#store.each((progress) => {
      if (progress.touchedAt < view.since && !progress.connected) return;
      const state = progressStateOf(progress, view);
      funnel.add(state);
      const fits = (wanted === undefined || state.reach === wanted) && (code ?? state.code) === state.code;
      if (state.reach === STEP.session || !fits) return;
      total += 1;
      newest.offer(state.at, { progress, state });
    });
    const steps = funnel.steps();
    const focus = step ?? focusOf(steps);
    const inbound = this.#readers.inboundSince(view.since);
    return {
      span,
      steps,
      statements: statementsOf({ span, steps, focus, inbound, facts }),
      focus,
      nodes: newest.list().map(({ progress, state }) => this.#row(progress, state, view.now)),
      total,
    };
  }

  /** All that is known of one node. */
  trace(idHex: string): NodeTrace {
    const { labelOf, isStatic, isTrusted, nodeOf, reputationOf, earlierOf, forkOf, dialStateOf } =
      this.#readers;
    const progress = this.#store.get(idHex);
    const node = preferRecord(progress?.node, nodeOf(idHex));
    const view = this.#view(TRACE_SPAN_MS, this.#readers.facts());
    return traceOf({
      idHex,
      isSelf: idHex === this.#ownIdHex,
      progress,
      state: progress === undefined ? undefined : progressStateOf(progress, view),
      node,
      now: view.now,
      label: labelOf(idHex),
      kind: { static: isStatic(idHex), trusted: isTrusted(idHex) },
      fork: node === undefined ? 'unknown' : forkOf(node),
      dialState: node === undefined ? undefined : dialStateOf(node),
      reputation: reputationOf(idHex),
      earlier: earlierOf(idHex),
    });
  }

  #view(spanMs: number, facts: WhyFacts): ProgressView {
    const { forkOf, isStatic } = this.#readers;
    const now = this.#clock.now();
    // Many nodes have the same fork ID: each fork ID is checked once per pass.
    const verdicts = new Map<string, RecordForkVerdict>();
    return {
      now,
      since: now - spanMs,
      isStatic,
      forkOf: ({ forkKey, node }) => {
        if (forkKey === undefined || forkKey === '' || node === undefined) return 'unknown';
        let verdict = verdicts.get(forkKey);
        if (verdict === undefined) {
          verdict = forkOf(node);
          verdicts.set(forkKey, verdict);
        }
        return verdict;
      },
      unknownForks: this.#readers.unknownForks(),
      expiredAt: (ip) => this.#store.expiredAt(ip),
      clockIsWrong: isClockWrong(facts.clockOffsetMs),
      clockIsBehind: isClockWrong(facts.clockOffsetMs) && facts.clockOffsetMs > 0,
      noDial: noDialOf(facts),
    };
  }

  #row(progress: NodeProgress, state: ProgressState, now: number): WhyNode {
    const { labelOf, isStatic, isTrusted, dialStateOf } = this.#readers;
    const { idHex, node } = progress;
    const dialState = node === undefined ? undefined : dialStateOf(node);
    const kind = isTrusted(idHex) ? 'trusted' : isStatic(idHex) ? 'static' : 'dynamic';
    const direction = directionOf(progress, state);
    return {
      id: idHex,
      name: labelOf(idHex) ?? (progress.name === undefined ? null : plainText(progress.name)),
      address: addressOf(progress),
      kind,
      direction,
      from: WHY_STEPS[state.reach] ?? 'found',
      to: WHY_STEPS[state.reach + 1] ?? 'session',
      code: state.code,
      by: state.by,
      at: state.at,
      next: nextStepOf({ now, progress: state, dialState, isListed: kind !== 'dynamic', direction }),
      nextTryAt: dialState?.nextTryAt === undefined ? null : Math.round(dialState.nextTryAt),
    };
  }
}

/** Counts nodes by the step that they reached, and by cause. */
class Funnel {
  readonly #ends: number[] = WHY_STEPS.map(() => 0);
  readonly #causes = WHY_STEPS.map(() => new Map<CauseCode, number>());

  add({ reach, code }: ProgressState): void {
    this.#ends[reach] = (this.#ends[reach] ?? 0) + 1;
    const causes = this.#causes[reach + 1];
    causes?.set(code, (causes.get(code) ?? 0) + 1);
  }

  steps(): WhyStep[] {
    let reached = 0;
    const steps: WhyStep[] = [];
    for (let index = WHY_STEPS.length - 1; index >= 0; index--) {
      reached += this.#ends[index] ?? 0;
      const lost = index === 0 ? 0 : (this.#ends[index - 1] ?? 0);
      const step = WHY_STEPS[index];
      if (step !== undefined) steps.unshift({ step, reached, lost, causes: this.#causesOf(index) });
    }
    return steps;
  }

  #causesOf(index: number): WhyCause[] {
    return [...(this.#causes[index] ?? [])]
      .sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || a.localeCompare(b))
      .map(([code, count]) => ({ code, count }));
  }
}

/** The step that most nodes did not reach. */
function focusOf(steps: readonly WhyStep[]): WhyStepName {
  let focus: WhyStep | undefined;
  for (const step of steps) if (focus === undefined || step.lost > focus.lost) focus = step;
  return focus?.step ?? 'found';
}

function noDialOf(facts: WhyFacts): ProgressView['noDial'] {
  if (!facts.running) return 'not-running';
  if (!facts.dynamicDials) return 'dials-off';
  return facts.freeSlots === 0 ? 'no-free-slot' : undefined;
}

function preferRecord(a: Node | undefined, b: Node | undefined): Node | undefined {
  return a?.record === undefined ? (b ?? a) : a;
}

function directionOf({ current, last }: NodeProgress, state: ProgressState): 'inbound' | 'outbound' | null {
  if (state.state === 'connected' || state.state === 'connecting') return current?.direction ?? null;
  return state.cause === undefined ? null : (last?.direction ?? null);
}
