import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compose, type Application } from '../../../src-main/compose.ts';
import { parseCommandLine } from '../../../src-main/cli.ts';
import { nodeFromEnode } from '../../../src-main/node-record/node-factory.ts';
import { SOME_ENODE } from '../../support/fake-backend.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const { idHex } = nodeFromEnode(SOME_ENODE);
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let application: Application;

async function start(): Promise<void> {
  const args = [
    ...['--datadir', folder.path, '--http.port', '0', '--addr', '127.0.0.1', '--port', '0', '--nat', 'none'],
    ...['--bootnodes', '', '--netrestrict', '127.0.0.0/8', '--discovery.dns', ''],
  ];
  const launch = parseCommandLine(args, {}, { mode: 'headless', version: '0' });
  if (launch.kind !== 'run') throw new Error('not a command line to run');
  application = await compose(launch.options, {
    ...{ mode: 'headless', environment: {}, logSinks: [], pageFolder: join(folder.path, 'no-page') },
  });
  await application.start();
}

beforeEach(async () => {
  folder = await temporaryFolder();
  await start();
});

afterEach(async () => {
  await application.stop();
  await folder.remove();
});

const ask = (name: string, params: object) => application.door.call(name, params);
const ban = (target: string) => ask('bans.add', { target, duration: 'day', reason: 'of the tests' });
const add = (list: 'static' | 'trusted') => ask('nodes.add', { list, text: SOME_ENODE, label: null });

describe('bans at the door of a whole node', () => {
  test('name the field that is wrong', async () => {
    for (const target of ['nonsense', '0.0.0.0', '192.0.2.0/99', application.backend.status().identity.id]) {
      expect(await ban(target), target).toMatchObject({
        ok: false,
        error: { code: 'invalid-target', field: 'target' },
      });
    }
    expect(application.backend.bans.list()).toEqual([]);
  });

  test('keep a node off the lists until they are lifted, and outlive a restart', async () => {
    expect(await ban(SOME_ENODE)).toMatchObject({ ok: true, result: { id: `node:${idHex}`, by: 'user' } });
    await application.stop();
    await start();
    expect(application.backend.bans.list()).toMatchObject([{ target: { kind: 'node', value: idHex } }]);
    for (const list of ['static', 'trusted'] as const) {
      expect(await add(list)).toMatchObject({ ok: false, error: { code: 'banned-by-hand', field: 'text' } });
    }
    expect(await ask('bans.remove', { id: `node:${idHex}` })).toEqual({
      ok: true,
      result: { removed: true },
    });
    expect(await add('static')).toMatchObject({ ok: true });
  });

  test('are refused for a node that is trusted, and for its address', async () => {
    expect(await add('trusted')).toMatchObject({ ok: true });
    for (const target of [idHex, '192.0.2.7', '192.0.2.0/24']) {
      expect(await ban(target), target).toMatchObject({ ok: false, error: { code: 'trusted-node' } });
    }
  });
});

describe('traces at the door of a whole node', () => {
  test('are of any node, by whatever names it', async () => {
    for (const node of [idHex, `0x${idHex.toUpperCase()}`, ` ${SOME_ENODE} `]) {
      expect(await ask('why.trace', { node }), node).toMatchObject({ result: { id: idHex, known: false } });
    }
    expect(await ask('why.trace', { node: 'who' })).toMatchObject({
      ok: false,
      error: { code: 'invalid-node', field: 'node' },
    });
  });

  test('tell of a static node that the settings keep us from', async () => {
    await add('static');
    const trace = application.backend.why.trace(idHex);
    expect(trace).toMatchObject({ kind: { static: true, trusted: false }, enode: SOME_ENODE, known: true });
    expect(trace.sources).toEqual(['static']);
    const cause = await eventually(
      'the refusal',
      async () => {
        const { cause: now } = application.backend.why.trace(idHex);
        return now?.code === 'waiting' ? undefined : now;
      },
      { timeoutMs: 20_000 },
    );
    expect(cause).toMatchObject({ code: 'not-netrestricted' });
  });
});
