import type { CauseCode } from '../../../shared/causes/catalogue.ts';
import { describe, expect, it } from 'vitest';
import { healthWhenStopped, type StoppedFacts } from '../../../src-main/health/health-start.ts';

const FACTS: StoppedFacts = {
  phase: 'stopped',
  failure: null,
  freePort: undefined,
  port: 30_303,
  database: { nodes: 2_318, failure: undefined },
};
const failed = (code: CauseCode, more: Partial<StoppedFacts> = {}): StoppedFacts => ({
  ...FACTS,
  phase: 'failed',
  failure: { code, message: 'The reason.', setting: null },
  ...more,
});
const kindsOf = (facts: StoppedFacts): string[] =>
  healthWhenStopped(facts)[0]?.actions?.map(({ kind }) => kind) ?? [];

describe('the health list of a node that is not running', () => {
  it.each(['stopped', 'starting', 'stopping', 'failed'] as const)('is not empty: %s', (phase) => {
    const lines = healthWhenStopped({ ...FACTS, phase });
    expect(lines.length).toBeGreaterThan(1);
    expect(lines[0]?.id).toBe('node');
    expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
    // Only a check that needs no running node may be good.
    const good = lines.filter(({ state }) => state === 'good').map(({ id }) => id);
    expect(good).toEqual(['database']);
  });

  it('offers to start a stopped node, and nothing while it starts or stops', () => {
    expect(kindsOf(FACTS)).toEqual(['start']);
    expect(kindsOf({ ...FACTS, phase: 'starting' })).toEqual([]);
    expect(kindsOf({ ...FACTS, phase: 'stopping' })).toEqual([]);
  });

  it('offers a free port, the setting and another start when the port is in use', () => {
    const facts = failed('port-in-use', { freePort: { key: 'discoveryPort', port: 30_305 } });
    const [line] = healthWhenStopped(facts);
    expect(line).toMatchObject({ state: 'bad', evidence: 'The reason' });
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
    ['restart-needed', []],
  ] as const)('offers the actions for %s', (code, kinds) => {
    expect(kindsOf(failed(code))).toEqual(kinds);
  });

  it('offers to reset the setting that prevents the start', () => {
    const setting = { key: 'genesis', title: 'Genesis file' } as const;
    const facts = failed('bad-option', { failure: { code: 'bad-option', message: 'The reason.', setting } });
    expect(healthWhenStopped(facts)[0]?.actions).toEqual([
      { kind: 'reset-setting', params: { key: 'genesis' } },
      { kind: 'open-setting', params: { key: 'genesis' } },
      { kind: 'start', params: {} },
    ]);
  });

  it('warns of a disk with little space too', () => {
    const space = { folder: '/data', freeBytes: 5_000_000, level: 'critical' } as const;
    const lines = healthWhenStopped({ ...FACTS, database: { ...FACTS.database, space } });
    expect(lines.find(({ id }) => id === 'disk-space')).toMatchObject({ state: 'bad' });
  });

  it('reports that the database cannot be written', () => {
    const lines = healthWhenStopped({ ...FACTS, database: { nodes: 0, failure: 'disk full' } });
    expect(lines.find(({ id }) => id === 'database')).toMatchObject({ state: 'bad', evidence: 'disk full' });
  });
});
