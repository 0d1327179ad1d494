import {
  WHY_SPANS,
  WHY_STEPS,
  type NodeTrace,
  type WhyNode,
  type WhySnapshot,
} from '../../shared/model/why.ts';
import type { WhyCause, WhySpan, WhyStep, WhyStepName } from '../../shared/model/why.ts';
import type { PastOutcome } from '../../shared/model/peer.ts';
import { formatSocketAddress } from '../base/ip.ts';
import type { Clock } from '../base/runtime.ts';
import type { Node } from '../node-record/node.ts';
import type { NodeEvent } from '../events/events.ts';
import { STEP, type NodeProgress } from './node-progress.ts';
import { NodeProgressStore } from './node-progress-store.ts';
import { standOf, type ForkVerdict, type Stand, type StandView } from './node-progress-state.ts';
import { Newest } from '../stats/newest.ts';
import { plainText } from '../events/plain-text.ts';
import { traceOf } from './trace.ts';
import { isClockWrong, meaningOf, type WhyFacts } from './why-meaning.ts';
import { whatNow, type DialOutlook } from './why-now.ts';
import { wordsOf } from '../../shared/causes/sentences.ts';

/** Nodes that a snapshot names. BOUNDED: 200. */
const MAX_NODES = 200;
/** How far back a trace looks for the end of a connection. */
const TRACE_SPAN_MS = WHY_SPANS['24h'] * 1_000;

/** What is asked of the world when somebody looks. */
export interface JourneyReaders {
  /** Of a node with a record that names its chain. */
  readonly forkOf: (node: Node) => ForkVerdict;
  /** Fork hashes, 8 hex digits, that enough nodes of our chain are on and this version does not know. */
  readonly unknownForks: () => ReadonlySet<string>;
  /** The name that the user gave the node. */
  readonly labelOf: (idHex: string) => string | null;
  readonly isStatic: (idHex: string) => boolean;
  readonly isTrusted: (idHex: string) => boolean;
  /** How it stands with the dial scheduler; undefined while nobody dials. */
  readonly outlookOf: (node: Node) => DialOutlook | undefined;
  readonly reputationOf: (idHex: string) => number;
  /** Newest first. */
  readonly earlierOf: (idHex: string) => readonly PastOutcome[];
  /** The node as lists, table or database have it. */
  readonly nodeOf: (idHex: string) => Node | undefined;
  readonly facts: () => WhyFacts;
  /** Nodes that came to us at or after a moment, Unix milliseconds, within this run. */
  readonly cameIn: (since: number) => number;
}

/** Why nodes are, or are not, peers: the journeys of all, counted and told. */
export class ProgressFunnel {
  readonly #ownIdHex: string;
  readonly #clock: Clock;
  readonly #readers: JourneyReaders;
  readonly #book: NodeProgressStore;

  constructor(ownIdHex: string, clock: Clock, readers: JourneyReaders) {
    this.#ownIdHex = ownIdHex;
    this.#clock = clock;
    this.#readers = readers;
    this.#book = new NodeProgressStore(
      ownIdHex,
      (idHex) => readers.isStatic(idHex) || readers.isTrusted(idHex),
    );
  }

  apply(event: NodeEvent, at: number): void {
    this.#book.apply(event, at);
  }

  /** Nodes that are remembered. */
  get size(): number {
    return this.#book.size;
  }

  /** Who brought a node. */
  sourcesOf(idHex: string): readonly string[] {
    return this.#book.get(idHex)?.sources ?? [];
  }

  /**
   * Where the nodes touched within the span got lost. One pass over the book; the scheduler is asked only of those named.
   * @param step lists the nodes that were lost on the way to it; null lists all that are no peers
   * @param code lists those of one cause; null those of all
   */
  why(span: WhySpan, step: WhyStepName | null, code: string | null): WhySnapshot {
    const facts = this.#readers.facts();
    const view = this.#view(WHY_SPANS[span] * 1_000, facts);
    const funnel = new Funnel();
    const newest = new Newest<{ readonly journey: NodeProgress; readonly stand: Stand }>(MAX_NODES);
    const wanted = step === null ? undefined : STEP[step] - 1;
    let total = 0;
    this.#book.each((journey) => {
      if (journey.touchedAt < view.since && !journey.connected) return;
      const stand = standOf(journey, view);
      funnel.add(stand);
      const fits = (wanted === undefined || stand.reach === wanted) && (code ?? stand.code) === stand.code;
      if (stand.reach === STEP.kept || !fits) return;
      total += 1;
      newest.offer(stand.at, { journey, stand });
    });
    const steps = funnel.steps();
    const focus = step ?? focusOf(steps);
    return {
      span,
      steps,
      meaning: meaningOf({ span, steps, focus, cameIn: this.#readers.cameIn(view.since), facts }),
      focus,
      nodes: newest.list().map(({ journey, stand }) => this.#row(journey, stand, view.now)),
      total,
    };
  }

  /** All that is known of one node. */
  trace(idHex: string): NodeTrace {
    const { labelOf, isStatic, isTrusted, nodeOf, reputationOf, earlierOf, forkOf, outlookOf } =
      this.#readers;
    const journey = this.#book.get(idHex);
    const node = preferRecord(journey?.node, nodeOf(idHex));
    const view = this.#view(TRACE_SPAN_MS, this.#readers.facts());
    return traceOf({
      idHex,
      isSelf: idHex === this.#ownIdHex,
      journey,
      stand: journey === undefined ? undefined : standOf(journey, view),
      node,
      now: view.now,
      label: labelOf(idHex),
      kind: { static: isStatic(idHex), trusted: isTrusted(idHex) },
      fork: node === undefined ? 'unknown' : forkOf(node),
      outlook: node === undefined ? undefined : outlookOf(node),
      reputation: reputationOf(idHex),
      earlier: earlierOf(idHex),
    });
  }

  #view(spanMs: number, facts: WhyFacts): StandView {
    const { forkOf, isStatic } = this.#readers;
    const now = this.#clock.now();
    // Some twenty fork identifiers are about at any time: each is judged once a pass.
    const verdicts = new Map<string, ForkVerdict>();
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
      expiredAt: (ip) => this.#book.expiredAt(ip),
      clockIsWrong: isClockWrong(facts.clockOffsetMs),
      clockIsBehind: isClockWrong(facts.clockOffsetMs) && facts.clockOffsetMs > 0,
      noDial: noDialOf(facts),
    };
  }

  #row(journey: NodeProgress, stand: Stand, now: number): WhyNode {
    const { labelOf, isStatic, isTrusted, outlookOf } = this.#readers;
    const { idHex, node } = journey;
    const outlook = node === undefined ? undefined : outlookOf(node);
    const kind = isTrusted(idHex) ? 'trusted' : isStatic(idHex) ? 'static' : 'dynamic';
    const direction = directionOf(journey, stand);
    return {
      id: idHex,
      name: labelOf(idHex) ?? (journey.name === undefined ? null : plainText(journey.name)),
      address: addressOf(journey),
      kind,
      direction,
      from: WHY_STEPS[stand.reach] ?? 'found',
      to: WHY_STEPS[stand.reach + 1] ?? 'kept',
      code: stand.code,
      title: wordsOf(stand.code).title,
      by: stand.by,
      at: stand.at,
      now: whatNow({ now, stand, outlook, isListed: kind !== 'dynamic', direction }),
      nextTryAt: outlook?.nextTryAt === undefined ? null : Math.round(outlook.nextTryAt),
    };
  }
}

/** Counts how far nodes got, and what held them up. */
class Funnel {
  readonly #ends: number[] = WHY_STEPS.map(() => 0);
  readonly #causes = WHY_STEPS.map(() => new Map<string, number>());

  add(stand: Stand): void {
    this.#ends[stand.reach] = (this.#ends[stand.reach] ?? 0) + 1;
    const causes = this.#causes[stand.reach + 1];
    causes?.set(stand.code, (causes.get(stand.code) ?? 0) + 1);
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
      .map(([code, count]) => {
        const { title, meaning, fault } = wordsOf(code);
        return { code, title, meaning, count, fault };
      });
  }
}

/** The step on the way to which most are lost. */
function focusOf(steps: readonly WhyStep[]): WhyStepName {
  let focus: WhyStep | undefined;
  for (const step of steps) if (focus === undefined || step.lost > focus.lost) focus = step;
  return focus?.step ?? 'found';
}

function noDialOf(facts: WhyFacts): StandView['noDial'] {
  if (!facts.running) return 'not-running';
  if (!facts.dynamicDials) return 'dials-off';
  return facts.freeSlots === 0 ? 'no-free-slot' : undefined;
}

function preferRecord(a: Node | undefined, b: Node | undefined): Node | undefined {
  return a?.record === undefined ? (b ?? a) : a;
}

function directionOf({ current, last }: NodeProgress, stand: Stand): 'inbound' | 'outbound' | null {
  if (stand.state === 'kept' || stand.state === 'under-way') return current?.direction ?? null;
  return stand.cause === undefined ? null : (last?.direction ?? null);
}

/** Where it can be dialled; of one that only came to us, where it came from. */
export function addressOf({ node, ip, port }: Pick<NodeProgress, 'node' | 'ip' | 'port'>): string | null {
  const at = node?.ip ?? ip;
  if (at === undefined) return node?.hostname ?? null;
  const tcp = node === undefined || node.tcp === 0 ? port : node.tcp;
  return tcp === 0 ? at : formatSocketAddress({ ip: at, port: tcp });
}
