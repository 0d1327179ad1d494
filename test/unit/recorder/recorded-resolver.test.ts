import { describe, expect, it } from 'vitest';
import { RecordedResolver } from '../../../src-main/recorder/recorded-resolver.ts';
import { decodeRecord } from '../../../src-main/export/exported-record.ts';
import { openRecorder } from '../../support/open-recorder.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const ROOT = 'enrtree-root:v1 e=AAAA l=BBBB seq=7 sig=CCCC';
const NAME = 'nodes.example.org';

function open(answer: () => Promise<readonly string[]>) {
  const clock = new VirtualClock();
  const recorder = openRecorder(clock);
  const inner = {
    resolveTxt: async () => {
      await new Promise<void>((resolve) => clock.after(20, resolve));
      return await answer();
    },
  };
  const resolver = new RecordedResolver(inner, recorder, '192.0.2.53:53');
  const resolve = () => clock.runUntil(resolver.resolveTxt(NAME, new AbortController().signal));
  const rows = () => [...recorder.from(0)].map(({ row }) => row);
  const decoded = () => [...recorder.from(0)].map((record) => decodeRecord(record));
  return { recorder, resolve, rows, decoded };
}

describe('the queries of a DNS node list', () => {
  it('are records of query and answer, which are linked and decoded', async () => {
    const { recorder, resolve, rows, decoded } = open(() => Promise.resolve([ROOT, 'enr:-abc']));
    recorder.start({ nodes: [], discovery: true });
    expect(await resolve()).toEqual([ROOT, 'enr:-abc']);
    const common = { source: 'dns', protocol: 'dns', address: '192.0.2.53:53', nodeId: null };
    expect(rows()).toMatchObject([
      { ...common, direction: 'out', name: 'Query', role: 'request', pairSeq: 2 },
      { ...common, direction: 'in', name: 'Answer', pairSeq: 1, latencyMs: 20, answerState: 'answered' },
    ]);
    expect(decoded()).toMatchObject([
      { fault: null, summary: NAME, json: { name: NAME } },
      { fault: null, summary: 'root, seq 7; ENR', json: { name: NAME, texts: [ROOT, 'enr:-abc'] } },
    ]);
  });

  it('of a name without TXT records have an answer without texts, and a failed query has none', async () => {
    let fails = false;
    const { recorder, resolve, rows, decoded } = open(() =>
      fails ? Promise.reject(new Error('the name server is silent')) : Promise.resolve([]),
    );
    recorder.start({ nodes: null, discovery: true });
    await resolve();
    fails = true;
    await expect(resolve()).rejects.toThrow('silent');
    expect(rows().map(({ name, pairSeq }) => [name, pairSeq])).toEqual([
      ['Query', 2],
      ['Answer', 1],
      ['Query', null],
    ]);
    expect(decoded()[1]?.summary).toBe('no TXT record');
  });

  it('are not recorded while discovery is not', async () => {
    const { recorder, resolve, rows } = open(() => Promise.resolve([ROOT]));
    await resolve();
    recorder.start({ nodes: null, discovery: false });
    await resolve();
    expect(rows()).toEqual([]);
  });
});
