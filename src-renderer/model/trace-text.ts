import { outcomeText } from '../../shared/causes/outcomes.ts';
import { endSentence, wordsOf } from '../../shared/causes/sentences.ts';
import { stepFactText } from '../../shared/causes/step-facts.ts';
import type { PastOutcome } from '../../shared/model/peer.ts';
import type { NodeTrace, TraceStep } from '../../shared/model/why.ts';
import { parseEnode } from '../../shared/enode.ts';
import { formatEndpoint, visibleText } from './format.ts';

/** A step with the text of what was observed. */
export interface StepText extends Pick<TraceStep, 'step' | 'state' | 'at'> {
  readonly detail: string | null;
}

/** The texts of a trace; each sentence occurs once. */
export interface TraceText {
  /** Under the title of the cause: what was compared, and what it means. */
  readonly cause: readonly string[];
  /** What happens next; empty where another text says it. */
  readonly next: string;
  readonly steps: readonly StepText[];
  /** Outcomes before the current cause, the newest of each kind first. */
  readonly earlier: readonly EarlierOutcome[];
}

/** Outcomes of one kind: the newest, and how many there were. */
export interface EarlierOutcome {
  readonly at: number;
  readonly code: string;
  readonly by: PastOutcome['by'];
  readonly text: string;
  readonly times: number;
  /** It has the code and the side of the current cause. */
  readonly isSame: boolean;
}

/** @param next what happens next, as a phrase */
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
  if (cause !== null) isNew(wordsOf(cause.code).title);
  const sentences = cause === null ? [] : causeSentences(cause).filter(isNew);
  const nextOnce = isNew(next) ? next : '';
  // A passed step has a fact of its own, such as an address; a step that was not passed repeats the cause.
  const steps = trace.steps.map(({ step, state, at, seen }): StepText => {
    const detail = seen === null ? null : stepFactText(seen);
    return {
      step,
      state,
      at,
      detail: detail === null || state === 'passed' || isNew(detail) ? detail : null,
    };
  });
  return { cause: sentences.map(visibleText), next: nextOnce, steps, earlier: earlierOf(trace) };
}

function causeSentences({ code, end }: NonNullable<NodeTrace['cause']>): readonly string[] {
  const { meaning } = wordsOf(code);
  return end === null ? [meaning] : [endSentence(end), meaning];
}

/** Earlier outcomes, one by one. */
function outcomesOf(earlier: readonly PastOutcome[]): readonly EarlierOutcome[] {
  return earlier.map((outcome) => ({
    at: outcome.at,
    code: outcome.code,
    by: outcome.by,
    text: outcomeText(outcome),
    times: 1,
    isSame: false,
  }));
}

function earlierOf({ earlier, cause }: NodeTrace): readonly EarlierOutcome[] {
  const kinds = new Map<string, EarlierOutcome>();
  // An outcome has the code of the end; that of the cause can differ by who ended it.
  const current = cause?.end?.code ?? cause?.code;
  for (const outcome of outcomesOf(earlier)) {
    if (cause !== null && outcome.at === cause.at && outcome.code === current) continue;
    const { code, by, text } = outcome;
    const key = `${code} ${by ?? ''} ${text}`;
    const known = kinds.get(key);
    const isSame = cause !== null && code === current && by === cause.by;
    kinds.set(key, known === undefined ? { ...outcome, isSame } : { ...known, times: known.times + 1 });
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
