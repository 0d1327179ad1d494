/** The report on this node as text, for the window and the command line. */
import { DOCTOR_SIDES, markdownTable, originLine, type DoctorTextOptions } from './doctor-report.ts';
import type { OwnCheck, OwnCheckName, OwnNodeReport } from './model/own-node.ts';

/** The checks for people. */
export const OWN_CHECK_NAMES: Readonly<Record<OwnCheckName, string>> = {
  listening: 'Sockets',
  address: 'Address',
  udp4: 'UDP, IPv4',
  tcp4: 'TCP, IPv4',
  udp6: 'UDP, IPv6',
  tcp6: 'TCP, IPv6',
  nat: 'NAT',
  record: 'ENR',
  slots: 'Inbound slots',
  clock: 'Clock',
  fork: 'Fork',
};

/** Empty where the finding says it. */
const STATE_WORDS: Readonly<Record<OwnCheck['state'], string>> = {
  passed: 'ok',
  doubtful: 'look',
  failed: 'failed',
  waiting: '',
  'not-needed': '',
};

/** The report without own addresses and ports. */
export function withoutOwnNodeFacts(report: OwnNodeReport): OwnNodeReport {
  const checks = report.checks.map((check) => ({
    ...check,
    subject: null,
    evidence: check.evidence.map((each) => ({ ...each, facts: each.facts.filter(({ isOwn }) => !isOwn) })),
  }));
  return { ...report, checks };
}

/** The report as JSON text: OwnNodeReport, indented. */
export function ownNodeJson(report: OwnNodeReport, { own }: DoctorTextOptions): string {
  return `${JSON.stringify(own ? report : withoutOwnNodeFacts(report), null, 2)}\n`;
}

/** The report as Markdown that reads as plain text too: a table of the checks, the evidence of problems, the verdict. */
export function ownNodeMarkdown(report: OwnNodeReport, { own }: DoctorTextOptions): string {
  const { checks, verdict, checkedAt, version, network } = own ? report : withoutOwnNodeFacts(report);
  const lines = [
    `**Enodeck Doctor: this node, ${verdict.result}**`,
    '',
    originLine(checkedAt, { version, network }),
    ...(own ? [] : ['    own address and key left out']),
    '',
    ...(checks.length === 0 ? [] : tableOf(checks)),
  ];
  for (const check of checks) lines.push(...problemOf(check));
  lines.push('', `${verdict.title}.`, verdict.meaning, '');
  if (verdict.result === 'limited' || verdict.result === 'closed')
    lines.push(`- Whose side: ${DOCTOR_SIDES[verdict.fault]}`);
  lines.push(`- How sure: ${verdict.certainty}. ${verdict.reason}`);
  if (verdict.advice !== null) lines.push(`- What to do: ${verdict.advice}`);
  return `${lines.join('\n')}\n`;
}

function tableOf(checks: readonly OwnCheck[]): readonly string[] {
  const rows = checks.map(({ check, state, finding, subject }) => [
    OWN_CHECK_NAMES[check],
    [STATE_WORDS[state], `${subject === null ? '' : `${subject}, `}${finding.replaceAll('|', '\\|')}`]
      .filter((text) => text !== '')
      .join(': '),
  ]);
  return markdownTable(['check', 'result'], rows);
}

/** The evidence of a check that failed or is doubtful. */
function problemOf({ check, state, evidence, explanation }: OwnCheck): readonly string[] {
  if (state !== 'failed' && state !== 'doubtful') return [];
  const lines = evidence
    .filter(({ facts }) => facts.length > 0)
    .map(({ side, facts }) => {
      const listed = facts.map(({ name, value }) => `${name} ${value}`).join(', ');
      return `- ${side === 'offered' ? 'This node' : 'Other nodes'}: ${listed}`;
    });
  if (explanation !== null) lines.push(`- ${explanation}`);
  return lines.length === 0 ? [] : ['', `${OWN_CHECK_NAMES[check]}:`, '', ...lines];
}
