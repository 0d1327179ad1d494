import type {
  DoctorFact,
  DoctorReport,
  DoctorStep,
  DoctorStepState,
  DoctorSummary,
} from '../../shared/model/doctor.ts';
import { DOCTOR_STEP_NAMES } from '../../shared/doctor-report.ts';
import { parseEnode } from '../../shared/enode.ts';
import { shortId } from '../../shared/format.ts';
import { OWN_CHECK_NAMES } from '../../shared/own-node-report.ts';
import type { OwnCheck, OwnNodeReport } from '../../shared/model/own-node.ts';
import type { Translate } from '../composables/use-messages.ts';
import { visibleText } from './format.ts';

/** A box of facts under a step. */
export interface StepBox {
  readonly kind: 'sent' | 'received' | 'offered' | 'othersDid';
  /** Milliseconds since the start of the step; null without a time. */
  readonly afterMs: number | null;
  /** Unix milliseconds; null without a time. */
  readonly at: number | null;
  readonly facts: readonly DoctorFact[];
}

/** One row of the list of steps or checks. */
export interface StepRow {
  readonly key: string;
  readonly name: string;
  readonly state: DoctorStepState;
  /** An own address that the finding is about. */
  readonly subject: string | null;
  readonly finding: string;
  /** Position on the common time scale, in percent; null before the step starts. */
  readonly lane: { readonly left: number; readonly width: number } | null;
  readonly durationMs: number | null;
  readonly boxes: readonly StepBox[];
  readonly explanation: string | null;
  /** Packets and messages in the recording. */
  readonly recordCount: number;
}

/** Whether a row has something to open. */
export const hasDetails = ({
  boxes,
  explanation,
  recordCount,
}: Pick<StepRow, 'boxes' | 'explanation' | 'recordCount'>): boolean =>
  explanation !== null || recordCount > 0 || boxes.some(({ facts }) => facts.length > 0);

/** Keys of the rows that open without the user: those that failed or are doubtful. */
export function opensItself(rows: readonly StepRow[]): readonly string[] {
  return rows
    .filter((row) => (row.state === 'failed' || row.state === 'doubtful') && hasDetails(row))
    .map(({ key }) => key);
}

/** Length of the time scale, milliseconds: to the end of the last step, or to `now` while one runs. */
export function spanOf({ steps, startedAt, endedAt }: DoctorReport, now: number): number {
  const ends = steps.map(({ startMs, durationMs }) => (startMs ?? 0) + (durationMs ?? 0));
  return Math.max(1, ...ends, endedAt === null ? now - startedAt : 0);
}

/** The position of a step on a scale of `spanMs`; null before it starts. */
function laneOf({ startMs, durationMs, state }: DoctorStep, spanMs: number): StepRow['lane'] {
  if (startMs === null || state === 'not-reached' || state === 'not-needed') return null;
  const left = Math.min(100, (startMs / spanMs) * 100);
  const length = durationMs ?? spanMs - startMs;
  return { left, width: Math.max(0, Math.min(100 - left, (length / spanMs) * 100)) };
}

/** The rows of a test. @param now Unix milliseconds */
export function stepRows(report: DoctorReport, now: number, t: Translate): readonly StepRow[] {
  const span = spanOf(report, now);
  return report.steps.map((step) => ({
    key: step.step,
    name: DOCTOR_STEP_NAMES[step.step],
    state: step.state,
    subject: null,
    finding: step.finding === '' ? emptyFinding(step.state, t) : visibleText(step.finding),
    lane: laneOf(step, span),
    durationMs: step.durationMs,
    boxes: step.exchanges.map(({ direction, afterMs, facts }) => ({
      ...{ kind: direction, afterMs, facts },
      at: null,
    })),
    explanation: step.explanation,
    recordCount: step.records.length,
  }));
}

function emptyFinding(state: DoctorStepState, t: Translate): string {
  return state === 'passed' || state === 'doubtful' || state === 'failed' ? '' : t(`doctor.finding.${state}`);
}

/** The rows of the checks of our own node. */
export function checkRows({ checks }: OwnNodeReport): readonly StepRow[] {
  return checks.map(({ check, state, subject, finding, evidence, explanation }: OwnCheck) => ({
    ...{ key: check, name: OWN_CHECK_NAMES[check], state, subject, finding, explanation },
    lane: null,
    durationMs: null,
    recordCount: 0,
    boxes: evidence
      .filter(({ facts }) => facts.length > 0)
      .map(({ side, at, facts }) => ({
        kind: side === 'offered' ? ('offered' as const) : ('othersDid' as const),
        ...{ afterMs: null, at, facts },
      })),
  }));
}

/** The head of the steps: `Stopped at step 6 of 9`. Steps that are not needed do not count. */
export function stepsHead({ steps, endedAt }: DoctorReport, t: Translate): string {
  const needed = steps.filter(({ state }) => state !== 'not-needed');
  const of = needed.length;
  if (endedAt === null) {
    const running = needed.findIndex(({ state }) => state === 'running');
    return t('doctor.headRunning', { at: Math.max(1, running + 1), of });
  }
  const failed = needed.filter(({ state }) => state === 'failed').length;
  const unreached = needed.findIndex(({ state }) => state === 'not-reached' || state === 'waiting');
  if (unreached >= 0) {
    const lastFailed = needed.findLastIndex(({ state }) => state === 'failed');
    return t('doctor.headStopped', { at: (failed > 0 ? lastFailed : unreached) + 1, of });
  }
  if (failed > 0) return t('doctor.headFailed', { n: failed, of });
  const doubtful = needed.filter(({ state }) => state === 'doubtful').length;
  return doubtful > 0 ? t('doctor.headDoubtful', { n: of, doubtful }) : t('doctor.headPassed', { n: of });
}

/** The head of the checks of our own node. */
export function checksHead({ checks }: OwnNodeReport, t: Translate): string {
  const needed = checks.filter(({ state }) => state !== 'not-needed');
  const problems = needed.filter(({ state }) => state === 'failed' || state === 'doubtful').length;
  if (problems > 0) return t('doctor.headProblems', { n: needed.length, problems }, problems);
  const isPassed = needed.every(({ state }) => state === 'passed');
  return isPassed ? t('doctor.headChecks', { n: needed.length }) : t('doctor.checks');
}

/** Milliseconds of a step: tenths below 10. */
export function formatStepMs(ms: number): string {
  if (ms < 0.05) return '<0.1 ms';
  if (ms >= 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${ms < 10 ? ms.toFixed(1) : String(Math.round(ms))} ms`;
}

/** What was tested, on one line: the address of an enode URL, else the text shortened in the middle. */
export function shortInput(input: string): string {
  const text = visibleText(input.trim());
  const enode = /^enode:\/\/([^@]*)@(.+)$/i.exec(text);
  if (enode !== null) return enode[2] ?? '';
  const body = text.replace(/^(enr:|enode:\/\/|0x)/i, '');
  const prefix = /^enr:/i.test(text) ? 'enr:' : '';
  return `${prefix}${shortId(body, 6, 6)}`;
}

/** The text around a wrong character, for a line of an error. */
export interface WrongCharacter {
  readonly before: string;
  /** Empty where the text ends too early. */
  readonly character: string;
  readonly after: string;
  /** Counted from 1. */
  readonly at: number;
}

/** Characters that are shown on each side of a wrong one. */
const CONTEXT = 18;

/** The wrong character of an input; null where the input was read. */
export function wrongCharacter({
  input,
  wrongAt,
}: Pick<DoctorReport, 'input' | 'wrongAt'>): WrongCharacter | null {
  if (wrongAt === null) return null;
  const at = Math.min(wrongAt, input.length);
  const code = input.codePointAt(at);
  const character = code === undefined ? '' : String.fromCodePoint(code);
  const from = Math.max(0, at - CONTEXT);
  const end = at + character.length;
  return {
    before: visibleText(`${from > 0 ? '…' : ''}${input.slice(from, at)}`),
    character: visibleText(character),
    after: visibleText(`${input.slice(end, end + CONTEXT)}${end + CONTEXT < input.length ? '…' : ''}`),
    at: at + 1,
  };
}

/** What can be tested or copied instead of the input: the verdict's suggestion, with the words for its buttons. */
export interface Suggestion {
  readonly text: string;
  readonly kind: 'enode' | 'enr';
  /** The TCP port, where it is all that differs from the input; else null. */
  readonly port: number | null;
}

/** Reads the suggestion of a verdict; null without one. */
export function suggestionOf({ input, verdict }: Pick<DoctorReport, 'input' | 'verdict'>): Suggestion | null {
  const text = verdict?.suggestion ?? null;
  if (text === null) return null;
  if (/^enr:/i.test(text)) return { text, kind: 'enr', port: null };
  const [given, better] = [parseEnode(input), parseEnode(text)];
  const isOtherPort = given.ok && better.ok && given.enode.tcp !== better.enode.tcp;
  return { text, kind: 'enode', port: isOtherPort ? better.enode.tcp : null };
}

/** The colour of a result. */
export function resultTone(result: DoctorSummaryResult): 'good' | 'warn' | 'bad' | 'muted' {
  return ({ peer: 'good', 'no-peer': 'bad', 'not-tested': 'warn', running: 'muted' } as const)[result];
}

/** The result of a test in the list of tests. */
export type DoctorSummaryResult = NonNullable<DoctorSummary['verdict']>['result'] | 'running';

/** The result of a test; `running` before it has a verdict. */
export const resultOf = ({ verdict }: Pick<DoctorSummary, 'verdict'>): DoctorSummaryResult =>
  verdict?.result ?? 'running';
