import { describe, expect, it } from 'vitest';
import { healthAtRest, type StandstillFacts } from '../../../src-main/health/health-start.ts';

const FACTS: StandstillFacts = {
  phase: 'stopped',
  failure: null,
  freePort: undefined,
  port: 30_303,
  database: { nodes: 2_318, failure: undefined },
};
const failed = (code: string, more: Partial<StandstillFacts> = {}): StandstillFacts => ({
  ...FACTS,
  phase: 'failed',
  failure: { code, message: 'It says why.', setting: null },
  ...more,
});
const kindsOf = (facts: StandstillFacts): string[] =>
  healthAtRest(facts)[0]?.actions?.map(({ kind }) => kind) ?? [];

describe('the health list of a node that does not run', () => {
  it.each(['stopped', 'starting', 'stopping', 'failed'] as const)('is never empty: %s', (phase) => {
    const lines = healthAtRest({ ...FACTS, phase });
    expect(lines.length).toBeGreaterThan(1);
    expect(lines[0]?.id).toBe('node');
    expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
    // Nothing that only a running node can know is said to be well.
    const good = lines.filter(({ state }) => state === 'good').map(({ id }) => id);
    expect(good).toEqual(['database']);
  });

  it('offers to start what is stopped, and nothing while it starts or stops', () => {
    expect(kindsOf(FACTS)).toEqual(['start']);
    expect(kindsOf({ ...FACTS, phase: 'starting' })).toEqual([]);
    expect(kindsOf({ ...FACTS, phase: 'stopping' })).toEqual([]);
  });

  it('offers a port that was free, the setting, and another try where a port is taken', () => {
    const facts = failed('port-in-use', { freePort: { key: 'discoveryPort', port: 30_305 } });
    const [line] = healthAtRest(facts);
    expect(line).toMatchObject({ state: 'bad', evidence: 'It says why' });
    expect(line?.title).toContain('30303');
    expect(line?.actions).toEqual([
      { kind: 'use-free-port', params: { key: 'discoveryPort', port: 30_305 } },
      { kind: 'change-port', params: { key: 'discoveryPort' } },
      { kind: 'start', params: {} },
    ]);
    expect(kindsOf(failed('port-in-use'))).toEqual(['change-port', 'start']);
  });

  it.each([
    ['permission-denied', ['change-port', 'start']],
    ['address-not-available', ['open-setting', 'start']],
    ['cannot-listen', ['start', 'open-view']],
    ['internal-error', ['start', 'open-view']],
  ])('offers what helps against %s', (code, kinds) => {
    expect(kindsOf(failed(code))).toEqual(kinds);
  });

  it('offers to reset the setting that keeps the node from starting', () => {
    const setting = { key: 'genesis', title: 'Genesis file' } as const;
    const facts = failed('bad-option', { failure: { code: 'bad-option', message: 'It says why.', setting } });
    expect(healthAtRest(facts)[0]?.actions).toEqual([
      { kind: 'reset-setting', params: { key: 'genesis' } },
      { kind: 'open-setting', params: { key: 'genesis' } },
      { kind: 'start', params: {} },
    ]);
  });

  it('says that the database cannot be written, running or not', () => {
    const lines = healthAtRest({ ...FACTS, database: { nodes: 0, failure: 'disk full' } });
    expect(lines.find(({ id }) => id === 'database')).toMatchObject({ state: 'bad', evidence: 'disk full' });
  });
});
