import { describe, expect, it } from 'vitest';
import { bytesToHex, utf8ToBytes } from '../../../src-main/base/bytes.ts';
import { openRecorder } from '../../support/open-recorder.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const QUERY = { name: 'nodes.test', origin: '127.0.0.1:53' };

function open() {
  const clock = new VirtualClock();
  const recorder = openRecorder(clock);
  recorder.start({ nodes: [], discovery: true });
  const rows = () => [...recorder.from(0)].map(({ row }) => row);
  return { clock, recorder, dns: recorder.dns, rows };
}

describe('DNS queries', () => {
  it('are recorded with each TXT record of the answer, linked, with the latency', async () => {
    const { clock, recorder, dns, rows } = open();
    dns.query(QUERY);
    await clock.advance(30);
    dns.answer(QUERY, ['enrtree-root:v1', 'v=spf1 \u00ff']);
    expect(rows()).toMatchObject([
      {
        ...{
          kind: 'packet',
          source: 'dns',
          protocol: 'dns',
          name: 'Query',
          direction: 'out',
          role: 'request',
        },
        ...{ address: '127.0.0.1:53', wireBytes: 0, plainBytes: 10, pairSeq: 2 },
      },
      {
        name: 'Answer',
        direction: 'in',
        role: 'answer',
        answerState: 'answered',
        pairSeq: 1,
        latencyMs: 30,
      },
      { name: 'Answer', pairSeq: 1, latencyMs: 30, cause: null, plainBytes: 8 },
    ]);
    const payloads = [...recorder.from(0)].map(({ payload }) => bytesToHex(payload));
    expect(payloads).toEqual([
      bytesToHex(utf8ToBytes('nodes.test')),
      bytesToHex(utf8ToBytes('enrtree-root:v1')),
      `${bytesToHex(utf8ToBytes('v=spf1 '))}ff`,
    ]);
  });

  it('of a name without TXT records have an answer with the cause', () => {
    const { dns, rows } = open();
    dns.query(QUERY);
    dns.answer(QUERY, []);
    expect(rows()[1]).toMatchObject({
      name: 'Answer',
      plainBytes: 0,
      pairSeq: 1,
      cause: { code: 'not-found' },
    });
  });

  it('without an answer end with the cause and the time that was waited, and stay unanswered', async () => {
    const { clock, dns, rows } = open();
    dns.query(QUERY);
    await clock.advance(5_000);
    dns.failed(QUERY, { code: 'timeout', message: 'The DNS query for nodes.test got no answer within 5 s' });
    const [query, end] = rows();
    expect(query).toMatchObject({ pairSeq: null });
    expect(end).toMatchObject({
      kind: 'end',
      source: 'dns',
      pairSeq: 1,
      latencyMs: 5_000,
      cause: { code: 'timeout' },
    });
    expect(end).toMatchObject({ role: 'announcement', answerState: null });
    expect(end?.cause?.message).not.toContain('nodes.test');
  });

  it('are not recorded without the switch; an answer to a query before it is unsolicited', () => {
    const { recorder, dns, rows } = open();
    recorder.start({ nodes: null, discovery: false });
    dns.query(QUERY);
    dns.answer(QUERY, ['enr:a']);
    dns.query(QUERY);
    dns.failed(QUERY, { code: 'timeout', message: '' });
    expect(rows()).toEqual([]);
    dns.query(QUERY);
    recorder.start({ nodes: null, discovery: true });
    dns.answer(QUERY, ['enr:a']);
    expect(rows()).toMatchObject([{ answerState: 'unsolicited', pairSeq: null, latencyMs: null }]);
  });

  it('record at most 64 TXT records of an answer', () => {
    const { dns, rows } = open();
    dns.query(QUERY);
    dns.answer(
      QUERY,
      Array.from({ length: 200 }, (_, at) => String(at)),
    );
    expect(rows()).toHaveLength(65);
  });
});
