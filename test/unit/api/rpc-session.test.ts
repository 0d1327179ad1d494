import { beforeEach, describe, expect, test } from 'vitest';
import type { EventLine, PeerDetail, PeerRow } from '../../../shared/model/peer.ts';
import { sessionFacts } from '../../../src-main/api/rpc-session.ts';
import { createDice, makeDetail, makePeer } from '../../support/window-preview/fixture-data.ts';
import { nodeFromEnode } from '../../../src-main/node-record/node-factory.ts';
import { FakeBackend, peerRowOf, SOME_ENODE } from '../../support/fake-backend.ts';
import { rpcCall } from '../../support/rpc-call.ts';

let backend: FakeBackend;

beforeEach(() => {
  backend = new FakeBackend();
});

const call = (...params: unknown[]): Promise<unknown> => rpcCall({ backend }, 'enodeck_session', ...params);

describe('enodeck_session', () => {
  const { idHex } = nodeFromEnode(SOME_ENODE);

  test('returns the facts of a live session', async () => {
    backend.rows = [peerRowOf(idHex)];
    expect(await call(idHex)).toMatchObject({
      id: idHex,
      p2pVersion: 5,
      localAddress: '127.0.0.1:1',
      capabilities: { offered: ['eth/68', 'eth/69'], agreed: ['eth/69'] },
      eth: { version: 69, networkId: '1', forkId: { hash: '0x07c9462e' }, forkName: 'BPO2' },
      snap: null,
      enrSeq: null,
      messages: [],
      requests: { answered: 0, timedOut: 0, kinds: [], open: [] },
    });
  });

  test('has the events of the node alone, newest first', async () => {
    backend.rows = [peerRowOf(idHex)];
    const line = (at: number, nodeId: string | null): EventLine => ({
      ...{ seq: at, at, tone: 'good', kind: 'peer-added', text: `event ${String(at)}`, nodeId },
      ...{ nodeName: null, address: null, direction: 'inbound', endedBy: null },
    });
    backend.eventLines = [line(1, idHex), line(2, null), line(3, 'ab'.repeat(32)), line(4, idHex)];
    expect(await call(idHex)).toMatchObject({
      events: [
        { at: 4, kind: 'peer-added', text: 'event 4', direction: 'inbound', endedBy: null },
        { at: 1, text: 'event 1' },
      ],
    });
  });

  test('takes a node ID with 0x and an enode URL', async () => {
    backend.rows = [peerRowOf(idHex)];
    expect(await call(`0x${idHex.toUpperCase()}`)).toMatchObject({ id: idHex });
    expect(await call(SOME_ENODE)).toMatchObject({ id: idHex });
  });

  test('refuses a node without a session, and what is no node', async () => {
    expect(await call(idHex)).toMatchObject({ message: 'there is no session with this node' });
    expect(await call('enode://00')).toMatchObject({ code: -32602 });
    expect(await call()).toMatchObject({ code: -32602 });
    expect(await call(7)).toMatchObject({ code: -32602 });
    expect(await call(idHex, idHex)).toMatchObject({ code: -32602 });
  });
});

/** Where the answer has what the window's panel is made of; null for what follows from another member. */
const PLACES: Readonly<Record<Exclude<keyof PeerDetail, 'row'>, string | null>> = {
  // In the enode URL.
  publicKey: null,
  enode: 'enode',
  enr: 'enr',
  localAddress: 'localAddress',
  remoteAddress: 'remoteAddress',
  p2pVersion: 'p2pVersion',
  negotiated: 'capabilities.agreed',
  status: 'eth',
  messages: 'messages',
  latencyHistory: 'latency.historyMs',
  latencyBestMs: 'latency.bestMs',
  earlier: 'earlier',
  reputation: 'reputation',
  queuedBytes: 'traffic.queuedBytes',
  // Its number of open requests is the length of `requests.open`.
  requests: null,
  trend: 'traffic.trend',
  requestKinds: 'requests.kinds',
  openRequests: 'requests.open',
  served: 'served',
  forkName: 'eth.forkName',
  enrSeq: 'enrSeq',
  sources: 'sources',
};
const ROW_PLACES: Readonly<Record<keyof PeerRow, string | null>> = {
  id: 'id',
  name: 'name',
  label: 'label',
  // In `remoteAddress`.
  ip: null,
  port: null,
  direction: 'direction',
  // `static` and `trusted`.
  kind: null,
  capabilities: 'capabilities.offered',
  ethVersion: 'eth.version',
  stage: 'stage',
  latestBlock: 'eth.latestBlock',
  latencyMs: 'latency.lastMs',
  // The end of `latency.historyMs`.
  latencyTrend: null,
  connectedAt: 'connectedAt',
  bytesIn: 'traffic.bytesIn',
  bytesOut: 'traffic.bytesOut',
  rateIn: 'traffic.rateIn',
  rateOut: 'traffic.rateOut',
  lastInAt: 'traffic.lastInAt',
  lastOutAt: 'traffic.lastOutAt',
  reputation: 'reputation.score',
  limited: 'traffic.limited',
  droppedOut: 'traffic.droppedOut',
  sources: 'sources',
};

describe('the facts of a session', () => {
  const at = (value: unknown, path: string): unknown =>
    path.split('.').reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], value);

  test('are all those that the panel of the window is made of', () => {
    const row = makePeer(createDice(5), 4, 1_800_000_000_000, false);
    const detail = makeDetail(row, 1_800_000_000_000);
    const facts = sessionFacts(detail);
    for (const [name, place] of Object.entries(PLACES)) {
      const value = detail[name as keyof PeerDetail];
      if (place === 'eth') expect(facts).toMatchObject({ eth: value });
      else if (place !== null) expect(at(facts, place), name).toEqual(value);
    }
    for (const [name, place] of Object.entries(ROW_PLACES))
      if (place !== null) expect(at(facts, place), name).toEqual(row[name as keyof PeerRow]);
    const { answered, timedOut, open } = detail.requests;
    expect(facts).toMatchObject({ ...row.kind, requests: { answered, timedOut } });
    expect(at(facts, 'requests.open')).toHaveLength(open);
  });
});
