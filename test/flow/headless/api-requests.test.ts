import { beforeEach, describe, expect, test } from 'vitest';
import type { Application } from '../../../src-main/compose/application.ts';
import { nodeFromEnode } from '../../../src-main/node-record/node-factory.ts';
import { SOME_ENODE } from '../../support/fake-backend.ts';
import { eventually } from '../../support/eventually.ts';
import { startedApplications } from '../../support/started-applications.ts';

/** An enode URL on loopback, at a port where no process listens. */
const NEAR_ENODE = SOME_ENODE.replace('192.0.2.7:30303', '127.0.0.9:9');
const { idHex } = nodeFromEnode(NEAR_ENODE);
const applications = startedApplications();
let application: Application;

beforeEach(async () => {
  application = await applications.start('ours');
});

const ask = (name: string, params: object) => application.api.call(name, params);
const ban = (target: string) => ask('bans.add', { target, duration: 'day', reason: 'of the tests' });
const add = (list: 'static' | 'trusted') => ask('nodes.add', { list, text: NEAR_ENODE, label: null });

describe('bans over the API', () => {
  test('name the wrong field', async () => {
    for (const target of ['nonsense', '0.0.0.0', '192.0.2.0/99', application.backend.status().identity.id]) {
      expect(await ban(target), target).toMatchObject({
        ok: false,
        error: { code: 'invalid-target', field: 'target' },
      });
    }
    expect(application.backend.bans.list()).toEqual([]);
  });

  test('keep a node off the lists until they are removed, also across a restart', async () => {
    expect(await ban(NEAR_ENODE)).toMatchObject({ ok: true, result: { id: `node:${idHex}`, by: 'user' } });
    await application.stop();
    application = await applications.start('ours');
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

  test('are refused for a trusted node and for its address', async () => {
    expect(await add('trusted')).toMatchObject({ ok: true });
    for (const target of [idHex, '127.0.0.9', '127.0.0.0/24']) {
      expect(await ban(target), target).toMatchObject({ ok: false, error: { code: 'trusted-node' } });
    }
  });
});

describe('a node for a list, over the API,', () => {
  const check = (text: string, editing: string | null = null) =>
    ask('nodes.check', { list: 'static', text, editing });
  const own = () => application.backend.status().identity;

  test.each([
    ['an address outside --netrestrict', () => SOME_ENODE],
    ['our own node', () => own().enode.replace(/@.*/, '@127.0.0.1:1')],
    ['our own ENR', () => own().enr],
    ['two nodes', () => `${NEAR_ENODE} ${NEAR_ENODE}`],
    ['a multicast address', () => SOME_ENODE.replace('192.0.2.7', '224.0.0.251')],
    ['the unspecified address', () => SOME_ENODE.replace('192.0.2.7', '[::]')],
    ['a text that is no ENR', () => 'enr:-KO4Q'],
    ['an ENR with a wrong signature', () => tampered(own().enr)],
    ['other text', () => 'hello'],
  ])('is refused by nodes.check, nodes.add and nodes.edit with the same message: %s', async (_, textOf) => {
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
    'with TCP port 0 is refused as a static node, and accepted as a trusted one: %s',
    async (port) => {
      const text = NEAR_ENODE.replace(/:\d+$/, port);
      const message = 'A static node needs a TCP port: it is dialled there.';
      const addTo = (list: string) => ask('nodes.add', { list, text, label: null });
      expect(await addTo('static')).toMatchObject({ ok: false, error: { field: 'text', message } });
      expect(await check(text)).toEqual({ ok: true, result: { refusal: message } });
      const preview = await ask('nodes.preview', { list: 'static', text });
      expect(preview).toMatchObject({ result: { nodes: [{ state: 'refused', reason: message }] } });
      expect(await ask('nodes.addMany', { list: 'static', nodes: [{ text, label: null }] })).toEqual({
        ok: true,
        result: [{ outcome: 'refused', reason: message }],
      });
      expect(await addTo('trusted')).toMatchObject({ ok: true });
    },
  );

  test('is refused a second time, except as the edited entry, and while it is banned', async () => {
    expect(await check(NEAR_ENODE)).toMatchObject({ result: { refusal: null } });
    await add('static');
    expect(await check(NEAR_ENODE)).toMatchObject({
      result: { refusal: 'This node is already in the list.' },
    });
    expect(await check(NEAR_ENODE, idHex)).toMatchObject({ result: { refusal: null } });
    await ask('nodes.remove', { list: 'static', id: idHex, disconnect: true });
    await ban(NEAR_ENODE);
    expect(await check(NEAR_ENODE)).toMatchObject({
      result: { refusal: expect.stringContaining('manual ban') as string },
    });
    expect(application.backend.lists.all().static).toEqual([]);
  });
});

/** The ENR with one character of its signature changed. */
function tampered(enr: string): string {
  const at = 20;
  return `${enr.slice(0, at)}${enr[at] === 'A' ? 'B' : 'A'}${enr.slice(at + 1)}`;
}

describe('traces over the API', () => {
  test('accept a node ID with or without 0x, and an enode URL', async () => {
    for (const node of [idHex, `0x${idHex.toUpperCase()}`, ` ${NEAR_ENODE} `]) {
      expect(await ask('why.trace', { node }), node).toMatchObject({ result: { id: idHex, known: false } });
    }
    expect(await ask('why.trace', { node: 'who' })).toMatchObject({
      ok: false,
      error: { code: 'invalid-node', field: 'node' },
    });
  });

  test('name --netrestrict as the cause for a static node outside of it', async () => {
    // An import of geth’s TOML accepts nodes that its other settings may allow.
    const toml = `[Node.P2P]\nStaticNodes = ["${SOME_ENODE}"]\n`;
    await ask('settings.import', { text: toml, partial: false });
    const trace = application.backend.why.trace(idHex);
    expect(trace).toMatchObject({ kind: { static: true, trusted: false }, enode: SOME_ENODE, known: true });
    expect(trace.sources).toEqual(['static']);
    const cause = await eventually('the cause', async () => {
      const { cause: now } = application.backend.why.trace(idHex);
      return now?.code === 'waiting' ? undefined : now;
    });
    expect(cause).toMatchObject({ code: 'not-netrestricted' });
  });
});
