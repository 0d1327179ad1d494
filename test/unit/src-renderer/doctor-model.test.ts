import { describe, expect, it } from 'vitest';
import { DOCTOR_STEPS, type DoctorReport, type DoctorStep } from '../../../shared/model/doctor.ts';
import { checkOwnNode } from '../../../src-main/doctor/own-node.ts';
import { doctorExamples } from '../../../src-renderer/model/doctor-examples.ts';
import { visibleLines } from '../../../src-renderer/model/doctor-report-text.ts';
import {
  checkRows,
  checksHead,
  formatStepMs,
  hasDetails,
  opensItself,
  resultOf,
  shortInput,
  spanOf,
  stepRows,
  stepsHead,
  suggestionOf,
  wrongCharacter,
} from '../../../src-renderer/model/doctor-steps.ts';
import { parseEnode } from '../../../shared/enode.ts';
import { enrFromText, enrToText } from '../../../src-main/node-record/enr.ts';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { keyWords as words } from '../../support/key-words.ts';
import { contactsOf, ownFacts } from '../../support/own-node-facts.ts';
import { makeDoctorReport, TESTED } from '../../support/window-preview/fixture-doctor.ts';

const NOW = 1_800_000_000_000;
const report = (outcome: keyof typeof TESTED): DoctorReport =>
  makeDoctorReport('1', TESTED[outcome], 'typical', NOW);
const withStates = (states: readonly DoctorStep['state'][], endedAt: number | null = NOW): DoctorReport => ({
  ...report('ok'),
  endedAt,
  steps: report('ok').steps.map((step, at) => ({ ...step, state: states[at] ?? 'passed' })),
});

describe('the rows of a test', () => {
  it('are in the order of the wire, within one time scale', () => {
    const rows = stepRows(report('ok'), NOW, words);
    expect(rows.map(({ key }) => key)).toEqual([...DOCTOR_STEPS]);
    let before = 0;
    for (const { lane } of rows) {
      if (lane === null) continue;
      expect(lane.left).toBeGreaterThanOrEqual(before);
      expect(lane.left + lane.width).toBeLessThanOrEqual(100.000_1);
      before = lane.left;
    }
    expect(rows.at(-1)?.lane?.width).toBeCloseTo((44 / 557) * 100);
  });

  it('have no place on the scale before they start, and if they are not needed', () => {
    const rows = stepRows(report('fail'), NOW, words);
    expect(rows.filter(({ lane }) => lane === null).map(({ key }) => key)).toEqual([
      ...['rlpx', 'hello', 'status', 'headers'],
    ]);
    expect(stepRows(report('ok'), NOW, words)[1]?.lane).toBeNull();
  });

  it('stretch the running step to now', () => {
    const running = report('running');
    expect(spanOf(running, NOW)).toBe(140);
    expect(spanOf(running, NOW + 60)).toBe(200);
    const row = stepRows(running, NOW + 60, words).find(({ key }) => key === 'discv5');
    expect(row?.lane).toEqual({ left: 33, width: 67 });
  });

  it('open by themselves if they failed or are doubtful and have something to show', () => {
    const rows = stepRows(report('fail'), NOW, words);
    expect(opensItself(rows)).toEqual(['enr', 'tcp']);
    expect(opensItself(stepRows(report('ok'), NOW, words))).toEqual([]);
    expect(hasDetails({ boxes: [], explanation: null, recordCount: 0 })).toBe(false);
    expect(hasDetails({ boxes: [], explanation: null, recordCount: 1 })).toBe(true);
    const empty = { kind: 'sent', afterMs: 0, at: null, facts: [] } as const;
    expect(hasDetails({ boxes: [empty], explanation: null, recordCount: 0 })).toBe(false);
  });

  it('show no control character of a peer', () => {
    const hostile = makeDoctorReport('1', TESTED.ok, 'hostile', NOW);
    const steps = hostile.steps.map((step) => ({ ...step, finding: 'a\u202eb\u0000' }));
    for (const { finding } of stepRows({ ...hostile, steps }, NOW, words))
      expect(finding).toBe('a\u{fffd}b\u{fffd}');
  });
});

describe('the head of the steps', () => {
  it.each([
    ['running', 'doctor.headRunning 5 10'],
    ['ok', 'doctor.headPassed 10'],
    ['fail', 'doctor.headStopped 7 11'],
  ] as const)('of a test that is %s', (outcome, head) => {
    expect(stepsHead(report(outcome), words)).toBe(head);
  });

  it('names doubtful steps, and a failed one that stopped nothing', () => {
    expect(stepsHead(withStates(['passed', 'doubtful']), words)).toBe('doctor.headDoubtful 11 1');
    expect(stepsHead(withStates(['passed', 'failed']), words)).toBe('doctor.headFailed 1 11');
  });

  it('names the first step that a stopped test did not reach', () => {
    const states = ['passed', 'passed', ...Array.from({ length: 9 }, () => 'not-reached' as const)] as const;
    expect(stepsHead(withStates(states), words)).toBe('doctor.headStopped 3 11');
  });
});

describe('the rows of our own node', () => {
  it('have the evidence of both sides', () => {
    const rows = checkRows(checkOwnNode(ownFacts()));
    const tcp = rows.find(({ key }) => key === 'tcp4');
    expect(tcp?.boxes.map(({ kind }) => kind)).toEqual(['offered', 'othersDid']);
    expect(tcp?.boxes[1]?.at).not.toBeNull();
    expect(rows.find(({ key }) => key === 'address')?.subject).toBe('203.0.113.7, 2001:db8::7');
  });

  it('are counted in the head', () => {
    expect(checksHead(checkOwnNode(ownFacts()), words)).toBe('doctor.headChecks 11');
    const none = { ipv4: contactsOf(), ipv6: contactsOf() };
    const closed = checkOwnNode(ownFacts({ contacts: { tcp: none, udp: none } }));
    expect(checksHead(closed, words)).toBe('doctor.headProblems 11 4');
    const waiting = checkOwnNode(ownFacts({ nodesOnOurFork: 0 }));
    expect(checksHead(waiting, words)).toBe('doctor.checks');
  });
});

describe('a wrong character', () => {
  it('is shown between what is before and after it', () => {
    const found = wrongCharacter(report('wrong'))!;
    expect(found.character).toBe('g');
    expect(found.at).toBe(TESTED.wrong.indexOf('g') + 1);
    expect(found.before).toMatch(/^….{18}$/u);
    expect(TESTED.wrong).toContain(`${found.before.slice(1)}g${found.after.slice(0, -1)}`);
  });

  it('may be the end of the text, the first one, or a surrogate pair', () => {
    expect(wrongCharacter({ input: 'enode://', wrongAt: 8 })).toEqual({
      ...{ before: 'enode://', character: '', after: '', at: 9 },
    });
    expect(wrongCharacter({ input: '?', wrongAt: 0 })).toMatchObject({ before: '', character: '?' });
    expect(wrongCharacter({ input: 'a😀b', wrongAt: 1 })).toMatchObject({ character: '😀', after: 'b' });
    expect(wrongCharacter({ input: 'a', wrongAt: null })).toBeNull();
  });
});

describe('a suggestion', () => {
  const suggested = (suggestion: string | null) => {
    const failed = report('fail');
    return suggestionOf({ ...failed, verdict: { ...failed.verdict!, suggestion } });
  };

  it('names the port if the port is another one', () => {
    expect(suggestionOf(report('fail'))).toMatchObject({ kind: 'enode', port: 30304 });
    expect(suggested(TESTED.fail.replace('node7.example.org', '198.51.100.9'))).toMatchObject({ port: null });
  });

  it('may be an ENR, and may be missing', () => {
    expect(suggested('enr:-IS4Q')).toEqual({ text: 'enr:-IS4Q', kind: 'enr', port: null });
    expect(suggested(null)).toBeNull();
    expect(suggestionOf(report('running'))).toBeNull();
  });
});

describe('the short texts', () => {
  it.each([
    [TESTED.fail, 'node7.example.org:30399'],
    ['enr:-IS4QHCYrYZbAKWCBRlAy5zzaDZXJBGkcnh4', 'enr:-IS4QH…Gkcnh4'],
    ['a448f24c6d18e575453db13171562b71999873db5b286df957af199ec94617f7', 'a448f2…4617f7'],
    ['hello\u202e', 'hello\u{fffd}'],
  ])('of the input %s', (input, short) => {
    expect(shortInput(input)).toBe(short);
  });

  it.each([
    [0, '<0.1 ms'],
    [0.05, '0.1 ms'],
    [0.42, '0.4 ms'],
    [9.96, '10.0 ms'],
    [44.4, '44 ms'],
    [15_000, '15.0 s'],
  ])('of %d ms', (ms, text) => {
    expect(formatStepMs(ms)).toBe(text);
  });

  it('of a report have its strong line without asterisks', () => {
    expect(visibleLines('**Doctor: ok**\n\n| a\u202e | b |\n')).toEqual([
      { text: 'Doctor: ok', isStrong: true },
      { text: '', isStrong: false },
      { text: '| a\u{fffd} | b |', isStrong: false },
    ]);
  });

  it('of a test without verdict is that it runs', () => {
    expect(resultOf(report('running'))).toBe('running');
    expect(resultOf(report('fail'))).toBe('no-peer');
  });
});

describe('the examples', () => {
  it('are nodes that the window knows', () => {
    const examples = doctorExamples([TESTED.ok, 'enr:-abc'], ['ff'.repeat(32)]);
    expect(examples.map(({ text }) => text)).toEqual([TESTED.ok, 'enr:-abc', 'ff'.repeat(32)]);
    expect(examples[0]?.short).toBe('enode://79be667e…fb10d4b8@198.51.100.21:30303');
  });

  it('else are one valid node in three forms', () => {
    const [enode, enr, id] = doctorExamples([], []).map(({ text }) => text);
    const parsed = parseEnode(enode!);
    const record = enrFromText(enr!);
    expect(enrToText(record)).toBe(enr);
    expect(parsed.ok && bytesToHex(parsed.enode.publicKey)).toBe(bytesToHex(record.publicKey));
    expect(bytesToHex(record.nodeId)).toBe(id);
  });
});
