import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { LogLine } from '../../../shared/model/log.ts';
import type { Application } from '../../../src-main/compose/application.ts';
import { eventually } from '../../support/eventually.ts';
import { SOME_ENODE } from '../../support/some-enode.ts';
import { startedApplications } from '../../support/started-applications.ts';

const applications = startedApplications();
const { start } = applications;

const writeSettings = (settings: object): Promise<void> =>
  writeFile(
    applications.path('ours', 'settings.json'),
    JSON.stringify({ version: 2, ...settings }, undefined, 2),
  );

const writeLists = (lists: Readonly<Record<string, readonly string[]>>): Promise<void> => {
  const entriesOf = (nodes: readonly string[] = []): object[] =>
    nodes.map((node) => ({ node, name: null, added: '2026-01-31T12:00:00Z' }));
  const { bootnodes, static: dialled, trusted } = lists;
  const content = {
    ...{
      version: 1,
      bootnodes: entriesOf(bootnodes),
      static: entriesOf(dialled),
      trusted: entriesOf(trusted),
    },
  };
  return writeFile(applications.path('ours', 'nodes.json'), JSON.stringify(content));
};

/** The lines about files that were read again, since the last call. */
function reloadLines({ backend }: Application): () => string[] {
  let last = 0;
  return () => {
    const lines = backend.logs.after(last).filter(({ module }) => module === 'reload');
    last = backend.logs.all().at(-1)?.seq ?? last;
    return lines.map(textOf);
  };
}

const textOf = ({ level, message, fields }: LogLine): string =>
  [level, message, ...Object.entries(fields).map(([name, value]) => `${name}=${value}`)].join(' ');

describe('files that are read again while the node runs', () => {
  test('change the settings, and the log says from what to what and when', async () => {
    const ours = await start('ours', '--nodiscover', '--maxpeers', '40');
    const lines = reloadLines(ours);
    await writeSettings({ maxPeers: 20, dialRatio: 4, snap: true, logModules: 'dial=debug' });
    await ours.reloader.reload();
    expect(lines()).toEqual([
      'info a setting changed in its file setting=maxPeers from=50 to=20 takesEffect=not while the command line has --maxpeers',
      'info a setting changed in its file setting=dialRatio from=3 to=4 takesEffect=at once',
      'info a setting changed in its file setting=snap from=false to=true takesEffect=at the next start of the node',
      'info a setting changed in its file setting=logModules from=null to="dial=debug" takesEffect=at once',
      'info files were read again',
    ]);
    expect(ours.settings.current()).toMatchObject({ maxPeers: 40, dialRatio: 4, snap: false });
    await ours.reloader.reload();
    expect(lines()).toEqual(['info files were read again: nothing has changed']);
  });

  test('are in the audit log, as are changes of the window, and no secret is', async () => {
    const ours = await start('ours', '--nodiscover');
    await writeSettings({ dialRatio: 4 });
    await writeLists({ static: [SOME_ENODE] });
    await ours.reloader.reload();
    const header = 'Authorization: Bearer a-secret-of-the-client';
    const change = { chain: 'sentry', sentry: 'http://127.0.0.1:1', sentryHeaders: [header] };
    await ours.api.call('settings.update', change);
    const lines = await eventually('the lines', async () => {
      const text = await readFile(applications.path('ours', 'logs', 'audit.log'), 'utf8');
      const found = text.trim().split('\n');
      return found.length >= 5 ? found : undefined;
    });
    expect(lines.join()).not.toContain('a-secret-of-the-client');
    const entries = lines.map((line) => JSON.parse(line) as object);
    expect(entries).toMatchObject([
      { msg: 'settings.json', who: 'file', what: 'dialRatio', from: '3', to: '4' },
      {
        msg: 'nodes.json',
        who: 'file',
        what: expect.stringMatching(/^static [0-9a-f]{64}$/) as string,
        to: SOME_ENODE,
      },
      { msg: 'settings.update', who: 'window', what: 'chain', from: '"none"', to: '"sentry"' },
      { msg: 'settings.update', who: 'window', what: 'sentry', from: 'null' },
      { msg: 'settings.update', who: 'window', what: 'sentryHeaders', from: '[]' },
    ]);
  });

  test('have both texts in the audit log when an entry was edited, also its label', async () => {
    const ours = await start('ours', '--nodiscover');
    const write = (name: string | null): Promise<void> =>
      writeFile(
        applications.path('ours', 'nodes.json'),
        JSON.stringify({
          ...{ version: 1, bootnodes: [], trusted: [] },
          static: [{ node: SOME_ENODE, name, added: '2026-01-31T12:00:00Z' }],
        }),
      );
    await write(null);
    await ours.reloader.reload();
    await write('ours');
    await ours.reloader.reload();
    const line = await eventually('the second line', async () => {
      const text = await readFile(applications.path('ours', 'logs', 'audit.log'), 'utf8');
      return text.trim().split('\n')[1];
    });
    expect(JSON.parse(line)).toMatchObject({ from: SOME_ENODE, to: `${SOME_ENODE} (ours)` });
  });

  test('keep the old values when a file has a fault, which the log names', async () => {
    const ours = await start('ours', '--nodiscover');
    const lines = reloadLines(ours);
    await writeSettings({ dialRatio: 4 });
    await writeLists({ static: [SOME_ENODE] });
    await ours.reloader.reload();
    lines();
    await writeSettings({ dialRatio: 5, maxPeers: 'many' });
    await writeLists({ static: [] });
    await ours.reloader.reload();
    const [fault = '', list, ...rest] = lines();
    expect(fault).toContain('error a file was not taken: the values before it stay setting=maxPeers reason=');
    expect(fault).toContain('settings.json, line 4: "maxPeers" must be a whole number');
    // The other file counts.
    expect(list).toBe('info a node list changed in its file list=static added=0 removed=1 edited=0');
    expect(rest).toEqual([]);
    expect(ours.settings.current()).toMatchObject({ dialRatio: 4, maxPeers: 50 });

    // Also for a value that only a look at the system can refuse.
    await writeSettings({ dialRatio: 5, genesis: applications.path('no-such-file') });
    await ours.reloader.reload();
    expect(lines()).toEqual([expect.stringMatching(/setting=genesis reason=.*no-such-file/)]);
    expect(ours.settings.current()).toMatchObject({ dialRatio: 4, genesis: null });

    await writeFile(applications.path('ours', 'nodes.json'), '{');
    await ours.reloader.reload();
    expect(lines()).toHaveLength(2);
    await writeSettings({ dialRatio: 5 });
    await ours.backend.settings.update({ maxPeers: 30 });
    expect(JSON.parse(await readFile(applications.path('ours', 'settings.json'), 'utf8'))).toMatchObject({
      dialRatio: 5,
      maxPeers: 30,
    });
  });

  test('connect a new static node, and leave one that is gone', async () => {
    const ours = await start('ours', '--nodiscover');
    const theirs = await start('theirs', '--nodiscover');
    const { enode, id } = theirs.backend.status().identity;
    await writeLists({ static: [enode], trusted: [enode] });
    await ours.reloader.reload();
    await eventually('a session', async () => ours.backend.peers().find((peer) => peer.id === id));
    expect(ours.backend.peers()[0]?.kind).toMatchObject({ static: true, trusted: true });
    await writeLists({ trusted: [enode] });
    await ours.reloader.reload();
    await eventually('no static peer', async () =>
      ours.backend.peers().some(({ kind }) => kind.static) ? undefined : true,
    );
    expect(ours.backend.lists.all()).toMatchObject({ static: [], trusted: [{ id }] });
  });
});

test('an audit log that cannot be opened is reported at the start', async () => {
  await mkdir(applications.path('ours', 'logs', 'audit.log'), { recursive: true });
  const ours = await start('ours', '--nodiscover');
  expect(ours.backend.logs.all().map(textOf)).toContainEqual(
    expect.stringMatching(/^error the audit log cannot be written reason=.*audit\.log is a folder/),
  );
});
