import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../../src-main/cli/cli.ts';
import { compose, type Application } from '../../../src-main/compose/application.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const applications: Application[] = [];

/** A whole node on loopback that speaks to nobody but loopback. */
async function start(name: string, ...flags: string[]): Promise<Application> {
  const data = join(folder.path, name);
  await mkdir(data, { recursive: true });
  const args = [
    ...['--datadir', data, '--http.port', '0', '--addr', '127.0.0.1', '--port', '0'],
    ...['--netrestrict', '127.0.0.0/8', '--nat', 'extip:127.0.0.1', '--discovery.dns', '', ...flags],
  ];
  const launch = parseCommandLine(args, {}, { mode: 'headless', version: '0' });
  if (launch.kind !== 'run') throw new Error('not a command line to run');
  const application = await compose(launch.options, {
    mode: 'headless',
    environment: {},
    logSinks: [],
    pageFolder: data,
  });
  applications.push(application);
  await application.start();
  return application;
}

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await Promise.all(applications.splice(0).map((application) => application.stop()));
  await folder.remove();
});

describe('the trace of a node that discovery finds', () => {
  it('goes from a list of bootnodes to a kept peer, and to the end of its session', async () => {
    const other = await start('other', '--bootnodes', '');
    const { id, enode } = other.backend.status().identity;
    const { backend } = await start('ours', '--bootnodes', enode);
    const kept = await eventually('a kept peer', () => {
      const trace = backend.why.trace(id);
      return Promise.resolve(trace.steps.at(-1)?.state === 'passed' ? trace : undefined);
    });
    expect(kept).toMatchObject({
      known: true,
      connected: true,
      cause: null,
      now: 'Connected',
      failuresInARow: 0,
    });
    expect(kept.sources).toContain('bootnode');
    const [found, bonded] = kept.steps;
    expect([found?.state, bonded?.state]).toEqual(['passed', 'passed']);
    expect(bonded?.detail).toBe('answered from 127.0.0.1');
    for (const step of ['encrypted', 'hello', 'status'] as const) {
      expect(kept.steps.find((one) => one.step === step)?.state, step).toBe('passed');
    }
    const times = kept.steps.map(({ at }) => at).filter((at) => at !== null);
    expect(Math.max(...times) - Math.min(...times)).toBeLessThan(30_000);

    const snapshot = backend.why.snapshot('1h', null, null);
    expect(snapshot.steps.at(-1)).toMatchObject({ step: 'kept', reached: 1 });
    expect(snapshot.meaning.join(' ')).toMatch(/\.$/);

    await other.stop();
    const ended = await eventually('the end of the session', () => {
      const trace = backend.why.trace(id);
      return Promise.resolve(trace.cause === null ? undefined : trace);
    });
    expect(ended).toMatchObject({ connected: false, cause: { title: 'Client quitting', by: 'remote' } });
    expect(ended.steps.at(-1)).toMatchObject({ step: 'kept', state: 'stopped' });
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

    // What came of earlier sessions outlives the program.
    await applications.pop()?.stop();
    const again = await start('ours', '--bootnodes', '');
    expect(again.backend.why.trace(id).earlier.map(({ code }) => code)).toEqual(['client-quitting']);
  });
});
