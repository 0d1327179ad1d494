import { describe, expect, it } from 'vitest';
import { doctorJson, doctorMarkdown, withoutOwnFacts } from '../../../shared/doctor-report.ts';
import { DOCTOR_STEPS, type DoctorReport } from '../../../shared/model/doctor.ts';

const enode = `enode://${'ab'.repeat(64)}@192.0.2.7:30303`;
const report: DoctorReport = {
  id: '1',
  input: enode,
  wrongAt: null,
  nodeId: 'cd'.repeat(32),
  startedAt: Date.UTC(2026, 10, 28, 12, 4, 51),
  endedAt: Date.UTC(2026, 10, 28, 12, 4, 52),
  network: 'mainnet',
  version: '0.1.0',
  steps: DOCTOR_STEPS.map((step) => ({
    step,
    state: step === 'tcp' ? 'failed' : step === 'ping' ? 'doubtful' : 'passed',
    finding: step === 'tcp' ? 'refused | by 192.0.2.7\n:30303' : 'ok',
    startMs: 0,
    durationMs: step === 'tcp' ? 38.4 : 0.24,
    exchanges: [
      {
        direction: 'received',
        afterMs: 41,
        facts: [
          { name: 'Packet', value: 'Pong', tone: null, isOwn: false },
          { name: 'Sees us at', value: '203.0.113.9', tone: null, isOwn: true },
        ],
      },
    ],
    explanation: null,
    cause: null,
    records: [],
  })),
  verdict: {
    result: 'no-peer',
    cause: { code: 'connection-refused', params: {} },
    fault: 'theirs',
    title: 'It is alive, but refuses TCP',
    meaning: 'Nothing listens there.',
    certainty: 'proven',
    reason: 'The machine refused the connection itself',
    advice: 'Ask its operator',
    suggestion: null,
  },
};

describe('the report of a test', () => {
  it('is Markdown with a table whose columns are aligned, so that it reads as plain text', () => {
    const text = doctorMarkdown(report, { own: false });
    const table = text.split('\n').filter((line) => line.startsWith('|'));
    expect(table).toHaveLength(2 + DOCTOR_STEPS.length);
    expect(new Set(table.map((line) => line.length)).size).toBe(1);
    expect(text).toContain('**Enodeck Doctor: no session, stopped at TCP connect**');
    expect(text).toContain('2026-11-28 12:04:51 UTC, Enodeck 0.1.0, mainnet');
    expect(text).toContain('- Cause: connection-refused\n- Whose side: theirs');
    expect(text).toContain('- How sure: proven. The machine refused the connection itself');
  });

  it('keeps text of a peer in its cell', () => {
    expect(doctorMarkdown(report, { own: false })).toContain('failed: refused \\| by 192.0.2.7 :30303');
  });

  it('leaves out where this node is unless that is asked for', () => {
    for (const format of [doctorMarkdown, doctorJson]) {
      expect(format(report, { own: false })).not.toContain('203.0.113.9');
      expect(format(report, { own: true })).toContain('203.0.113.9');
    }
    expect(withoutOwnFacts(report).steps[0]?.exchanges[0]?.facts).toHaveLength(1);
  });

  it('is the report itself as JSON', () => {
    expect(JSON.parse(doctorJson(report, { own: true }))).toEqual(report);
  });

  it('says that a test still runs', () => {
    expect(doctorMarkdown({ ...report, verdict: null, endedAt: null }, { own: false })).toContain(
      'still running',
    );
  });
});
