import { beforeEach, describe, expect, test } from 'vitest';
import type { ComposerInput } from '../../../shared/model/composer.ts';
import { ComposerController } from '../../../src-main/app/composer-control.ts';
import { ComposerDiscovery } from '../../../src-main/app/composer-discovery.ts';
import type { RunningNode } from '../../../src-main/app/running-node.ts';
import { NETWORKS } from '../../../src-main/chain/networks.ts';
import { createGenesisChain } from '../../../src-main/eth/genesis-chain.ts';
import { createEthProtocols, ethSessionOf } from '../../../src-main/eth/session.ts';
import { nodeFromEnode } from '../../../src-main/node-record/node-factory.ts';
import type { PeerSession } from '../../../src-main/p2p/peer-session.ts';
import { createSnapProtocols } from '../../../src-main/snap/session.ts';
import { openRecorder } from '../../support/open-recorder.ts';
import { SOME_ENODE } from '../../support/fake-backend.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { sessionPair, testNode } from '../../support/session-pair.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let session: PeerSession;
let remote: PeerSession;
let kind: { static: boolean; trusted: boolean };
let composer: ComposerController;
let isRunning: boolean;

const NO_CONSENT = { confirmRaw: false, confirmListed: false };
const GET_HEADERS = 0x03;

beforeEach(async () => {
  clock = new VirtualClock();
  kind = { static: false, trusted: false };
  isRunning = true;
  const random = new SeededRandom(1);
  const protocols = [
    ...createEthProtocols(createGenesisChain(NETWORKS.sepolia, clock)),
    ...createSnapProtocols(),
  ];
  const nodes = [testNode(random, 'Ours', protocols), testNode(random, 'Theirs', protocols)] as const;
  [session, remote] = await clock.runUntil(sessionPair(nodes, { clock, random, latencyMs: 5 }));
  await clock.advance(100);
  const peers = () => [{ session, eth: ethSessionOf(session), kind, label: 'archive', node: undefined }];
  const running = { peers, discovery: undefined } as unknown as RunningNode;
  const current = {
    get node() {
      return isRunning ? running : undefined;
    },
  };
  const recorder = openRecorder(clock);
  composer = new ComposerController({
    ...{ clock, current, recorder },
    discovery: new ComposerDiscovery({ clock, current }),
    nodeOf: (text) => nodeFromEnode(text.startsWith('enode') ? text : SOME_ENODE),
  });
});

const input = (change: Partial<ComposerInput> = {}): ComposerInput => ({
  node: session.idHex,
  protocol: 'eth/71',
  code: GET_HEADERS,
  fields: { query: { startBlock: { number: '0' }, limit: '1', skip: '0', reverse: false } },
  raw: null,
  ...change,
});

const send = async (change: Partial<ComposerInput> = {}, consent = NO_CONSENT) =>
  clock.runUntil(composer.send(input(change), consent));

describe('the composer', () => {
  test('offers the requests of the agreed versions, with fields and values to start from', () => {
    const target = composer.messages(session.idHex);
    expect(target).toMatchObject({ name: 'archive', isConnected: true, isListed: false, refusal: null });
    expect(target.protocols.map(({ protocol }) => protocol)).toEqual(['eth/71', 'snap/1', 'p2p']);
    const [eth, snap] = target.protocols;
    expect(eth?.messages.map(({ name }) => name)).toEqual([
      ...['GetBlockHeaders', 'GetBlockBodies', 'GetPooledTransactions', 'GetReceipts', 'GetBlockAccessLists'],
    ]);
    expect(eth?.messages[0]).toMatchObject({
      answer: 'BlockHeaders',
      fields: [{ name: 'query', kind: 'struct' }],
      initial: { query: { startBlock: { number: '0' }, limit: '1', skip: '0', reverse: false } },
    });
    expect(snap?.messages[0]?.fields.map(({ name }) => name)).not.toContain('requestId');
  });

  test('every message can be sent with the values to start from', async () => {
    for (const { protocol, messages } of composer.messages(session.idHex).protocols) {
      for (const { code, name, initial } of messages) {
        const result = await send({ protocol, code, fields: initial });
        expect(result, name).toMatchObject({ outcome: 'answered', latencyMs: 10 });
        await clock.advance(1_000);
      }
    }
    expect(session.endCause).toBeUndefined();
    expect(remote.endCause).toBeUndefined();
  });

  test('shows the bytes before they are sent', async () => {
    const preview = composer.preview(input());
    expect(preview).toMatchObject({ requestId: '4294967296', plainBytes: 12, wireBytes: 64 });
    expect(composer.preview(input())).toEqual(preview);
    expect(await send()).toMatchObject({ requestId: preview.requestId });
    expect(composer.preview(input()).requestId).toBe('4294967297');
  });

  test('decodes the answer, which the protocol does not take for an unrequested one', async () => {
    const result = await send();
    expect(result.summary).toBe('#4294967296, 1 header, 0');
    expect(result.answer).toMatchObject({ requestId: '4294967296', headers: [{ number: '0' }] });
    await clock.advance(1_000);
    expect(session.endCause).toBeUndefined();
    expect(ethSessionOf(session)?.requests).toEqual({ open: 0, answered: 0, timedOut: 0 });
  });

  test('names the field that is wrong', async () => {
    const wrong = { query: { startBlock: { number: '0' }, limit: '-1', skip: '0', reverse: false } };
    await expect(composer.send(input({ fields: wrong }), NO_CONSENT)).rejects.toMatchObject({
      ...{ code: 'invalid-parameters', field: 'fields.query.limit' },
    });
    expect(() => composer.preview(input({ protocol: 'eth/68' }))).toThrow(/does not speak eth\/68/);
    expect(() => composer.preview(input({ code: 0x7f }))).toThrow(/no message/);
    // BlockHeaders is no request.
    expect(() => composer.preview(input({ code: 0x04 }))).toThrow(/only raw bytes/);
  });

  test('sends raw bytes only when that is confirmed, to a listed peer twice', async () => {
    const raw = { fields: null, raw: composer.preview(input()).payload };
    await expect(send(raw)).rejects.toMatchObject({ code: 'confirmation-needed', field: 'confirmRaw' });
    kind = { static: true, trusted: false };
    const once = { confirmRaw: true, confirmListed: false };
    await expect(send(raw, once)).rejects.toMatchObject({ field: 'confirmListed' });
    expect(await send(raw, { confirmRaw: true, confirmListed: true })).toMatchObject({ outcome: 'answered' });
    kind = { static: false, trusted: false };
    // An answer that nobody requested: it has no answer, and the peer ends the session.
    expect(await send({ code: 0x04, fields: null, raw: 'c201c0' }, once)).toMatchObject({ outcome: 'sent' });
    await clock.advance(1_000);
    expect(session.endCause).toMatchObject({ by: 'remote' });
  });

  test('sends Ping of p2p, and no raw bytes there', async () => {
    const ping = { protocol: 'p2p', code: 0x02, fields: {} };
    expect(composer.preview(input(ping))).toMatchObject({ payload: 'c0', requestId: null });
    expect(await send(ping)).toMatchObject({ outcome: 'answered', requestId: null, latencyMs: 10 });
    const all = { confirmRaw: true, confirmListed: true };
    const raw = send({ ...ping, code: 0x01, fields: null, raw: 'c104' }, all);
    await expect(raw).rejects.toMatchObject({ code: 'invalid-parameters', field: 'raw' });
    expect(session.endCause).toBeUndefined();
  });

  test('has at most four open requests a peer, and one a second after the first eight', async () => {
    const open = Array.from({ length: 4 }, () => composer.send(input(), NO_CONSENT));
    await expect(composer.send(input(), NO_CONSENT)).rejects.toThrow(/wait for an answer/);
    await clock.runUntil(Promise.all(open));
    for (let count = 4; count < 8; count++) await send();
    await expect(composer.send(input(), NO_CONSENT)).rejects.toThrow(/message a second/);
    await clock.advance(1_000);
    expect(await send()).toMatchObject({ outcome: 'answered' });
  });

  test('refuses a request ID that is open, and reports the end of the session', async () => {
    const consent = { confirmRaw: true, confirmListed: false };
    const payload = composer.preview(input()).payload ?? '';
    const first = composer.send(input({ fields: null, raw: payload }), consent);
    await expect(composer.send(input({ fields: null, raw: payload }), consent)).rejects.toThrow(/request ID/);
    await clock.runUntil(first);
    void remote.disconnect('disconnect-requested');
    const ended = await send();
    expect(ended).toMatchObject({ outcome: 'ended', latencyMs: null, answer: null });
  });

  test('refuses a node without a session, and says why nothing can be sent', async () => {
    await expect(composer.send(input({ node: SOME_ENODE }), NO_CONSENT)).rejects.toMatchObject({
      code: 'not-connected',
    });
    expect(composer.messages(SOME_ENODE)).toMatchObject({ protocols: [], isConnected: false });
    expect(composer.messages(SOME_ENODE).refusal).toMatch(/no session/);
    isRunning = false;
    expect(composer.messages(SOME_ENODE).refusal).toBe('The node is stopped.');
  });
});
