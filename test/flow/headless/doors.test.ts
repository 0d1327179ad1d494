import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compose, type Application } from '../../../src-main/compose/application.ts';
import { parseCommandLine } from '../../../src-main/cli/cli.ts';
import { nodeFromEnode } from '../../../src-main/node-record/node-factory.ts';
import { SOME_ENODE } from '../../support/fake-backend.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Where nobody listens, on this machine. */
const NEAR_ENODE = SOME_ENODE.replace('192.0.2.7:30303', '127.0.0.9:9');
const { idHex } = nodeFromEnode(NEAR_ENODE);
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
const add = (list: 'static' | 'trusted') => ask('nodes.add', { list, text: NEAR_ENODE, label: null });

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
    expect(await ban(NEAR_ENODE)).toMatchObject({ ok: true, result: { id: `node:${idHex}`, by: 'user' } });
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
    for (const target of [idHex, '127.0.0.9', '127.0.0.0/24']) {
      expect(await ban(target), target).toMatchObject({ ok: false, error: { code: 'trusted-node' } });
    }
  });
});

describe('a node for a list', () => {
  const check = (text: string, editing: string | null = null) =>
    ask('nodes.check', { list: 'static', text, editing });
  const own = () => application.backend.status().identity;

  test.each([
    ['outside the allowed networks', () => SOME_ENODE],
    ['our own node', () => own().enode.replace(/@.*/, '@127.0.0.1:1')],
    ['our own record', () => own().enr],
    ['two nodes', () => `${NEAR_ENODE} ${NEAR_ENODE}`],
    ['a multicast address', () => SOME_ENODE.replace('192.0.2.7', '224.0.0.251')],
    ['any address', () => SOME_ENODE.replace('192.0.2.7', '[::]')],
    ['a record that is none', () => 'enr:-KO4Q'],
    ['a record with a wrong signature', () => tampered(own().enr)],
    ['no node', () => 'hello'],
  ])('is refused as one types in the words of Add: %s', async (_, textOf) => {
    const text = textOf();
    const added = await ask('nodes.add', { list: 'static', text, label: null });
    expect(added).toMatchObject({ ok: false, error: { field: 'text' } });
    const message = added.ok ? '' : added.error.message;
    expect(await check(text)).toEqual({ ok: true, result: { refusal: message } });
    await add('trusted');
    expect(await ask('nodes.edit', { list: 'trusted', id: idHex, text, label: null })).toMatchObject({
      ok: false,
      error: { message },
    });
  });

  test.each([':0?discport=30303', ':0'])(
    'with TCP port 0 is refused for static, as one types and on Add, and may be trusted: %s',
    async (port) => {
      const text = NEAR_ENODE.replace(/:\d+$/, port);
      const message = 'A static node needs a TCP port: it is dialled there.';
      const addTo = (list: string) => ask('nodes.add', { list, text, label: null });
      expect(await addTo('static')).toMatchObject({ ok: false, error: { field: 'text', message } });
      expect(await check(text)).toEqual({ ok: true, result: { refusal: message } });
      const imported = await ask('nodes.import', { list: 'static', text, partial: false });
      expect(imported).toMatchObject({ ok: true, result: { errors: [{ line: 1, reason: message }] } });
      expect(await addTo('trusted')).toMatchObject({ ok: true });
    },
  );

  test('is refused twice, but not in its own place, and while it is banned', async () => {
    expect(await check(NEAR_ENODE)).toMatchObject({ result: { refusal: null } });
    await add('static');
    expect(await check(NEAR_ENODE)).toMatchObject({
      result: { refusal: 'This node is already in the list.' },
    });
    expect(await check(NEAR_ENODE, idHex)).toMatchObject({ result: { refusal: null } });
    await ask('nodes.remove', { list: 'static', id: idHex, disconnect: true });
    await ban(NEAR_ENODE);
    expect(await check(NEAR_ENODE)).toMatchObject({
      result: { refusal: expect.stringContaining('set by hand') as string },
    });
    expect(application.backend.lists.all().static).toEqual([]);
  });
});

/** The record with one digit of its signature changed. */
function tampered(enr: string): string {
  const at = 20;
  return `${enr.slice(0, at)}${enr[at] === 'A' ? 'B' : 'A'}${enr.slice(at + 1)}`;
}

describe('traces at the door of a whole node', () => {
  test('are of any node, by whatever names it', async () => {
    for (const node of [idHex, `0x${idHex.toUpperCase()}`, ` ${NEAR_ENODE} `]) {
      expect(await ask('why.trace', { node }), node).toMatchObject({ result: { id: idHex, known: false } });
    }
    expect(await ask('why.trace', { node: 'who' })).toMatchObject({
      ok: false,
      error: { code: 'invalid-node', field: 'node' },
    });
  });

  test('tell of a static node that the settings keep us from', async () => {
    // An import takes what other settings may allow.
    await ask('nodes.import', { list: 'static', text: SOME_ENODE, partial: false });
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
