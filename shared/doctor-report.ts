/** The report of a test of a node as text, for the window and the command line. */
import type { DoctorReport, DoctorResult, DoctorStep, DoctorStepName } from './model/doctor.ts';
import type { Fault } from './causes/cause-spec.ts';

/** The steps for people. */
export const DOCTOR_STEP_NAMES: Readonly<Record<DoctorStepName, string>> = {
  parse: 'Parse',
  dns: 'DNS name',
  address: 'Address',
  ping: 'Ping, Pong (v4)',
  enr: 'ENR request',
  discv5: 'discv5 handshake',
  tcp: 'TCP connect',
  rlpx: 'RLPx handshake',
  hello: 'Hello',
  status: 'eth Status',
  headers: 'First header',
};

/** The results for people. */
export const DOCTOR_RESULT_NAMES: Readonly<Record<DoctorResult, string>> = {
  peer: 'would be a peer',
  'no-peer': 'no session',
  'not-tested': 'could not be tested',
};

/** Whose side a cause lies on, for people. */
export const DOCTOR_SIDES: Readonly<Record<Fault, string>> = {
  ours: 'ours',
  theirs: 'theirs',
  none: 'nobody’s',
  network: 'the network between',
};

/** Options of a report's text. */
export interface DoctorTextOptions {
  /** Whether the text includes the facts that tell who or where this node is. */
  readonly own: boolean;
}

/** The report without the facts that tell who or where this node is. */
export function withoutOwnFacts(report: DoctorReport): DoctorReport {
  const steps = report.steps.map((step) => ({
    ...step,
    exchanges: step.exchanges.map((exchange) => ({
      ...exchange,
      facts: exchange.facts.filter(({ isOwn }) => !isOwn),
    })),
  }));
  return { ...report, steps };
}

/** The report as JSON text: DoctorReport, indented. */
export function doctorJson(report: DoctorReport, { own }: DoctorTextOptions): string {
  return `${JSON.stringify(own ? report : withoutOwnFacts(report), null, 2)}\n`;
}

/** The report as Markdown that reads as plain text too: a table of the steps, their exchanges, the verdict. */
export function doctorMarkdown(report: DoctorReport, options: DoctorTextOptions): string {
  const { steps, verdict, input, startedAt, version, network } = options.own
    ? report
    : withoutOwnFacts(report);
  const lines = [
    `**Enodeck Doctor: ${headline(report)}**`,
    '',
    `    ${shortInput(input)}`,
    originLine(startedAt, { version, network }),
    '',
    ...tableOf(steps),
  ];
  for (const step of steps) lines.push(...detailsOf(step));
  if (verdict !== null) lines.push('', ...verdictLines(verdict));
  return `${lines.join('\n')}\n`;
}

/** When a report was made, by which version and on which network. @param at Unix milliseconds */
export function originLine(
  at: number,
  { version, network }: Pick<DoctorReport, 'version' | 'network'>,
): string {
  const time = new Date(at).toISOString().slice(0, 19).replace('T', ' ');
  return `    ${time} UTC, Enodeck ${version}, ${network}`;
}

function headline({ verdict, steps }: DoctorReport): string {
  if (verdict === null) return 'still running';
  const stopped = steps.find(({ state }) => state === 'failed');
  const result = DOCTOR_RESULT_NAMES[verdict.result];
  return verdict.result === 'no-peer' && stopped !== undefined
    ? `${result}, stopped at ${DOCTOR_STEP_NAMES[stopped.step]}`
    : result;
}

/** Shortens the public key of an enode URL and the text of a record in the middle. */
function shortInput(input: string): string {
  const oneLine = input.replace(/\s+/g, ' ');
  return oneLine.replace(
    /^(enode:\/\/|enr:)?([0-9A-Za-z_-]{8})[0-9A-Za-z_-]{24,}([0-9A-Za-z_-]{8})/,
    '$1$2…$3',
  );
}

function tableOf(steps: readonly DoctorStep[]): readonly string[] {
  const rows = steps.map(({ step, state, finding, durationMs }) => [
    DOCTOR_STEP_NAMES[step],
    `${STATE_WORDS[state]}${finding === '' ? '' : `: ${cell(finding)}`}`,
    durationMs === null ? '' : formatMs(durationMs),
  ]);
  return markdownTable(['step', 'result', 'ms'], rows);
}

/** The lines of a Markdown table whose columns are aligned, so that it reads as plain text too. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(head), rule, ...rows.map(line)];
}

const STATE_WORDS: Readonly<Record<DoctorStep['state'], string>> = {
  waiting: 'waiting',
  running: 'running',
  passed: 'ok',
  doubtful: 'look',
  failed: 'failed',
  'not-reached': 'not reached',
  'not-needed': 'not needed',
};

/** The exchanges of a step that failed or is doubtful. */
function detailsOf({ step, state, exchanges, explanation }: DoctorStep): readonly string[] {
  if (state !== 'failed' && state !== 'doubtful') return [];
  const lines = exchanges.map(({ direction, afterMs, facts }) => {
    const listed = facts.map(({ name, value }) => `${name} ${cell(value)}`).join(', ');
    return `- ${direction === 'sent' ? 'Sent' : 'Received'} at ${formatMs(afterMs)} ms: ${listed}`;
  });
  if (explanation !== null) lines.push(`- ${cell(explanation)}`);
  return lines.length === 0 ? [] : ['', `${DOCTOR_STEP_NAMES[step]}:`, '', ...lines];
}

function verdictLines(verdict: NonNullable<DoctorReport['verdict']>): readonly string[] {
  const { title, meaning, fault, certainty, reason, advice, suggestion, cause } = verdict;
  return [
    `${title}.`,
    cell(meaning),
    '',
    ...(cause === null ? [] : [`- Cause: ${cause.code}`, `- Whose side: ${DOCTOR_SIDES[fault]}`]),
    `- How sure: ${certainty}. ${cell(reason)}`,
    ...(advice === null ? [] : [`- What to do: ${cell(advice)}`]),
    ...(suggestion === null ? [] : [`- Test instead: ${suggestion}`]),
  ];
}

/** Text of a peer in one cell: no line break, no column of its own. */
const cell = (text: string): string => text.replace(/\s+/g, ' ').replaceAll('|', '\\|');

const formatMs = (ms: number): string => (ms < 10 ? ms.toFixed(1) : String(Math.round(ms)));
