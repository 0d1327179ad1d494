import { describe, expect, it } from 'vitest';
import { statementText } from '../../../shared/causes/why-statements.ts';
import type { Application } from '../../../src-main/compose/application.ts';
import { eventually } from '../../support/eventually.ts';
import { startedApplications } from '../../support/started-applications.ts';

const applications = startedApplications();

const start = (folder: string, ...flags: string[]): Promise<Application> =>
  applications.start(folder, '--nat', 'extip:127.0.0.1', ...flags);

describe('the trace of a node found by discovery', () => {
  it('goes from bootnode to peer and to the end of the session, and persists across a restart', async () => {
    const other = await start('other');
    const { id, enode } = other.backend.status().identity;
    const ours = await start('ours', '--bootnodes', enode);
    const { backend } = ours;
    const kept = await eventually('a kept peer', () => {
      const trace = backend.why.trace(id);
      return Promise.resolve(trace.steps.at(-1)?.state === 'passed' ? trace : undefined);
    });
    expect(kept).toMatchObject({
      known: true,
      connected: true,
      cause: null,
      next: { code: 'connected' },
      failuresInARow: 0,
    });
    expect(kept.sources).toContain('bootnode');
    const [found, bonded] = kept.steps;
    expect([found?.state, bonded?.state]).toEqual(['passed', 'passed']);
    expect(bonded?.seen).toEqual({ code: 'answered-from', params: { ip: '127.0.0.1' } });
    for (const step of ['encrypted', 'hello', 'status'] as const) {
      expect(kept.steps.find((one) => one.step === step)?.state, step).toBe('passed');
    }
    const times = kept.steps.map(({ at }) => at).filter((at) => at !== null);
    expect(Math.max(...times) - Math.min(...times)).toBeLessThan(30_000);

    const snapshot = backend.why.snapshot('1h', null, null);
    expect(snapshot.steps.at(-1)).toMatchObject({ step: 'session', reached: 1 });
    expect(snapshot.statements.map(statementText).join(' ')).toMatch(/\.$/);

    await other.stop();
    const ended = await eventually('the end of the session', () => {
      const trace = backend.why.trace(id);
      return Promise.resolve(trace.cause === null ? undefined : trace);
    });
    expect(ended).toMatchObject({ connected: false, cause: { code: 'client-quitting', by: 'remote' } });
    expect(ended.steps.at(-1)).toMatchObject({ step: 'session', state: 'stopped' });
    expect(ended.earlier.map(({ code }) => code)).toEqual(['client-quitting', 'connected']);

    const page = await backend.sessions.page({ before: null, limit: 10, text: '', node: id });
    expect(page).toMatchObject({ total: 1, next: null });
    expect(page.records[0]).toMatchObject({
      nodeId: id,
      code: 'client-quitting',
      by: 'remote',
      disconnectReason: 'client quitting',
      kind: 'dynamic',
    });
    expect(page.records[0]?.capabilities).toContain('eth/69');
    expect(page.records[0]?.bytesIn).toBeGreaterThan(100);
    const csv = await backend.sessions.export('csv');
    expect(csv.fileName).toMatch(/^enodeck-sessions-.*\.csv$/);
    expect(csv.text).toContain(id);

    await ours.stop();
    const again = await start('ours');
    expect(again.backend.why.trace(id).earlier.map(({ code }) => code)).toEqual(['client-quitting']);
  });
});
