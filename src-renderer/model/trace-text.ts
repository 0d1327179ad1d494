import type { PastOutcome } from '../../shared/model/peer.ts';
import type { NodeTrace, TraceStep } from '../../shared/model/why.ts';
import { parseEnode } from '../../shared/enode.ts';
import { formatEndpoint, visibleText } from './format.ts';

/** The words of a trace, each sentence once: what the cause says is said at no step and under no other head again. */
export interface TraceText {
  /** Beneath the cause's title: what was compared, and what it means. */
  readonly cause: readonly string[];
  /** What comes next; empty where the rest says it. */
  readonly next: string;
  readonly steps: readonly TraceStep[];
  /** Outcomes before the one that the cause tells of, the newest of each kind first. */
  readonly earlier: readonly EarlierOutcome[];
}

/** Outcomes of one kind: the newest, and how many there were. */
export interface EarlierOutcome extends PastOutcome {
  readonly times: number;
  /** It is what the cause tells of. */
  readonly isSame: boolean;
}

/** @param next what comes next, as a phrase */
export function traceText(trace: NodeTrace, next: string): TraceText {
  const said = new Set<string>();
  const isNew = (sentence: string): boolean => {
    const key = sentence
      .toLowerCase()
      .replace(/[.…\s]+$/, '')
      .replace(/\s+/g, ' ');
    if (key === '' || said.has(key)) return false;
    said.add(key);
    return true;
  };
  const { cause } = trace;
  if (cause !== null) isNew(cause.title);
  const sentences = cause === null ? [] : [cause.message, cause.meaning].filter(isNew);
  const nextOnce = isNew(next) ? next : '';
  // What was seen at a step that was passed is a fact of its own, such as an address; what stopped it is the cause.
  const steps = trace.steps.map((step) =>
    step.state === 'passed' || step.detail === null || isNew(step.detail) ? step : { ...step, detail: null },
  );
  return { cause: sentences.map(visibleText), next: nextOnce, steps, earlier: earlierOf(trace) };
}

function earlierOf({ earlier, cause }: NodeTrace): readonly EarlierOutcome[] {
  const kinds = new Map<string, EarlierOutcome>();
  for (const outcome of earlier) {
    if (cause !== null && outcome.at === cause.at && outcome.code === cause.code) continue;
    const key = `${outcome.code} ${outcome.by ?? ''} ${outcome.message}`;
    const times = (kinds.get(key)?.times ?? 0) + 1;
    const isSame = outcome.code === cause?.code && outcome.by === cause.by;
    kinds.set(key, { ...(kinds.get(key) ?? outcome), times, isSame });
  }
  return [...kinds.values()];
}

/** The address in an enode URL that was pasted; null in a record, which the node reads, and in an ID. */
export function addressIn(text: string): string | null {
  const parsed = parseEnode(text.trim());
  if (!parsed.ok) return null;
  const { ip, hostname, tcp, udp } = parsed.enode;
  const host = ip ?? hostname;
  return host === undefined ? null : formatEndpoint(host, tcp || udp);
}

/** What was pasted, where it says how to reach the node: an enode URL or a record, but no bare ID. */
export function reachableText(text: string): string | null {
  return /^(?:enode:\/\/|enr:)/i.test(text.trim()) ? text.trim() : null;
}
