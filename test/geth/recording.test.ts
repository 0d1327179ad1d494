import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ComposerResult } from '../../shared/model/composer.ts';
import type { RecordDetail, RecordRow } from '../../shared/model/recording.ts';
import type { WireNode } from '../../shared/model/wire.ts';
import { syncToHead } from '../support/engine-api.ts';
import { eventually } from '../support/eventually.ts';
import { Geth, TESTCHAIN } from '../support/geth.ts';
import { Headless } from '../support/headless.ts';
import { messageFactsOf } from '../../src-main/wire/registry.ts';
import { sendTransaction } from '../support/signed-transaction.ts';
import { runsTshark, tshark, tsharkFields } from '../support/tshark.ts';

/** How long the session must last. */
const HOLD_MS = 60_000;
/** A transaction beyond 4 KiB: geth announces it and sends it on request only (txMaxBroadcastSize). */
const LARGE_DATA = 5_000;
/** Records in one answer of enodeck_sessionMessages. */
const PAGE = 500;

const running: { stop(): Promise<unknown> }[] = [];
let us: Headless;
let geth: Geth;
let records: readonly RecordDetail[];
const asked: (readonly [name: string, result: ComposerResult])[] = [];

async function started<T extends { stop(): Promise<unknown> }>(node: Promise<T>): Promise<T> {
  const ready = await node;
  running.push(ready);
  return ready;
}

/** All records, oldest first. */
async function allRecords(): Promise<readonly RecordDetail[]> {
  const pages: RecordDetail[] = [];
  let before: number | null = null;
  for (;;) {
    const page: RecordDetail[] = await us.rpc('enodeck_sessionMessages', { limit: PAGE, before });
    pages.push(...page);
    const last = page.at(-1);
    if (last === undefined) return pages.reverse();
    before = last.row.seq;
  }
}

/** Composes a request to geth; one message a second is allowed. */
async function ask(name: string, protocol: string, code: number, fields: object): Promise<void> {
  const consent = { confirmRaw: false, confirmListed: false };
  const input = { node: geth.info.id, protocol, code, fields: fields as Record<string, unknown>, raw: null };
  const result = await eventually(`the ${name} of ${protocol} is answered`, async () => {
    const sent = await us.request('composer.send', { ...input, ...consent });
    // An answer of discovery may come too late on a busy machine.
    return sent.outcome === 'timeout' && protocol.startsWith('discv') ? undefined : sent;
  });
  asked.push([`${protocol} ${name}`, result]);
}

/** Every request of eth, snap and discovery to geth, which has the chain. */
async function askEverything(transaction: string): Promise<void> {
  const head = await geth.rpc<{ hash: string; stateRoot: string }>('eth_getBlockByNumber', 'latest', false);
  const hashes = [head.hash, TESTCHAIN.genesisHash];
  const query = { startBlock: { number: '590' }, limit: '8', skip: '0', reverse: false };
  await ask('GetBlockHeaders', 'eth/71', 0x03, { query });
  await ask('GetBlockBodies', 'eth/71', 0x05, { hashes });
  await ask('GetPooledTransactions', 'eth/71', 0x09, { hashes: [transaction] });
  await ask('GetReceipts', 'eth/71', 0x0f, { firstBlockReceiptIndex: '0', hashes });
  await ask('GetBlockAccessLists', 'eth/71', 0x12, { hashes });
  const [first, last] = [`0x${'00'.repeat(32)}`, `0x${'ff'.repeat(32)}`];
  const root = { rootHash: head.stateRoot, responseBytes: '65536' };
  await ask('GetAccountRange', 'snap/1', 0x00, { ...root, startingHash: first, limitHash: last });
  const range = { startingHash: '0x', limitHash: '0x' };
  await ask('GetStorageRanges', 'snap/1', 0x02, { ...root, accountHashes: [first], ...range });
  await ask('GetByteCodes', 'snap/1', 0x04, { hashes: [first], bytes: '65536' });
  await ask('GetTrieNodes', 'snap/1', 0x06, {
    rootHash: head.stateRoot,
    paths: [['0x00']],
    bytes: '65536',
  });
  await ask('Ping', 'discv4', 0x01, {});
  await ask('Findnode', 'discv4', 0x03, { target: `0x${'11'.repeat(64)}` });
  await ask('ENRRequest', 'discv4', 0x05, {});
  await ask('Ping', 'discv5', 0x01, {});
  await ask('Findnode', 'discv5', 0x03, { distances: ['0', '256'] });
  await ask('TalkReq', 'discv5', 0x05, { protocol: '0x656e6f6465636b', request: '0x01' });
}

beforeAll(async () => {
  us = await started(
    Headless.start({
      flags: [
        '--genesis',
        TESTCHAIN.genesisFile,
        '--networkid',
        TESTCHAIN.networkId,
        '--bootnodes',
        '',
        '--snap',
      ],
    }),
  );
  await us.rpc('enodeck_recorder', { action: 'start', discovery: true });
  const discovery = { bootnodes: [us.info.enr], protocol: 'both' } as const;
  const [withChain, syncing] = await Promise.all([
    started(Geth.start({ version: 'geth72', discovery })),
    started(Geth.start({ version: 'geth72', discovery, chain: false })),
  ]);
  geth = withChain;
  await us.rpc('admin_addPeer', geth.info.enode);
  await us.peer(geth.info.id);
  const since = performance.now();
  await syncToHead(syncing);
  await sendTransaction(geth, new Uint8Array(0));
  await askEverything(await sendTransaction(geth, new Uint8Array(LARGE_DATA)));
  await pause(Math.max(0, HOLD_MS - (performance.now() - since)));
  await us.peer(geth.info.id, 1_000);
  await us.rpc('enodeck_recorder', { action: 'stop' });
  records = await allRecords();
}, 240_000);

afterAll(async () => {
  await Promise.all(running.map((node) => node.stop()));
});

/** What the session must have at least; the transactions are from geth's pool. */
const EXPECTED: readonly string[] = [
  ...['in rlpx auth', 'out rlpx ack'],
  ...['in', 'out'].flatMap((way) => ['Hello', 'Ping', 'Pong'].map((name) => `${way} p2p ${name}`)),
  ...['in', 'out'].flatMap((way) =>
    ['Status', 'GetBlockHeaders', 'BlockHeaders'].map((name) => `${way} eth/71 ${name}`),
  ),
  ...[
    'BlockBodies',
    'PooledTransactions',
    'Receipts',
    'BlockAccessLists',
    'NewPooledTransactionHashes',
    'Transactions',
  ].map((name) => `in eth/71 ${name}`),
  ...['AccountRange', 'StorageRanges', 'ByteCodes', 'TrieNodes'].map((name) => `in snap/1 ${name}`),
  ...['in', 'out'].flatMap((way) =>
    ['Ping', 'Pong', 'Findnode', 'Neighbors', 'ENRRequest', 'ENRResponse'].map(
      (name) => `${way} discv4 ${name}`,
    ),
  ),
  ...['in', 'out'].flatMap((way) =>
    ['Ping', 'Pong', 'Findnode', 'Nodes'].map((name) => `${way} discv5 ${name}`),
  ),
  ...['out discv5 Whoareyou', 'out discv5 TalkReq', 'in discv5 TalkResp'],
];

const titleOf = ({ protocol, name, direction }: RecordRow): string => `${direction} ${protocol} ${name}`;

/** Nodes of a tree that no field of the schema describes. */
function remainders(node: WireNode): readonly string[] {
  const own = node.note?.startsWith('ignored') === true || node.name === 'other' ? [node.name] : [];
  return [...own, ...node.children.flatMap(remainders)];
}

describe('a recorded minute with geth', () => {
  test('has every message decoded without a remainder', () => {
    const withPayload = records.filter(({ row }) => ['message', 'handshake', 'packet'].includes(row.kind));
    const raw = withPayload.flatMap(({ row, decoded }) => {
      if (decoded === null) return [`${titleOf(row)}: not decoded, ${row.cause?.message ?? ''}`];
      if (decoded.fault !== null) return [`${titleOf(row)}: ${decoded.fault.message}`];
      return remainders(decoded.tree).map((name) => `${titleOf(row)}: ${name}`);
    });
    expect(raw).toEqual([]);
    // What else there is: an answer of discovery after its half second, the end of a connection without a Disconnect.
    const others = records.filter(({ row }) => !withPayload.some((each) => each.row.seq === row.seq));
    expect(others.filter(({ row }) => row.kind !== 'end' && row.cause?.code !== 'unsolicited')).toEqual([]);
  });

  test('has the messages of the handshake, of p2p, eth, snap, discv4 and discv5, both ways', () => {
    const titles = new Set(records.map(({ row }) => titleOf(row)));
    expect(EXPECTED.filter((title) => !titles.has(title))).toEqual([]);
  });

  test('has an answer of the right kind for every request, but those of discovery that timed out', () => {
    const bySeq = new Map(records.map((record) => [record.row.seq, record]));
    const requests = records.filter(({ row }) => row.role === 'request' && row.protocol !== 'rlpx');
    const wrong = requests.flatMap(({ row }) => {
      const answer = bySeq.get(row.pairSeq ?? 0)?.row;
      if (answer === undefined)
        return row.connection === null ? [] : [`${titleOf(row)} #${String(row.seq)} has no answer`];
      const facts = messageFactsOf(answer.protocol, answer.code);
      const fits = facts?.requestName === row.name && answer.protocol === row.protocol;
      return fits && answer.latencyMs !== null && answer.direction !== row.direction
        ? []
        : [`${titleOf(row)} #${String(row.seq)} has the answer ${titleOf(answer)}`];
    });
    expect(wrong).toEqual([]);
    const unanswered = requests.filter(({ row }) => row.pairSeq === null);
    expect(unanswered.length).toBeLessThan(requests.length / 50);
    expect(asked.map(([name, { outcome }]) => `${name} ${outcome}`)).toEqual(
      asked.map(([name]) => `${name} answered`),
    );
  });

  test('is the same after an export as JSON lines and an import', async () => {
    const options = { seqs: null, anonymous: false } as const;
    const { text, fileName } = await us.request('recorder.export', { format: 'jsonl', ...options });
    expect(text).not.toBeNull();
    const status = await us.request('recorder.import', { fileName, text: text ?? '' });
    expect(status).toMatchObject({ file: fileName, records: records.length });
    expect(await allRecords()).toEqual(records);
    const again = await us.request('recorder.export', { format: 'jsonl', ...options });
    await us.request('recorder.close', {});
    const lines = (file: string | null): readonly unknown[] =>
      (file ?? '')
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line): unknown => JSON.parse(line));
    expect(lines(again.text)).toEqual(lines(text));
  });

  test.runIf(runsTshark)('has the name of every message in tshark', async () => {
    const { base64 } = await us.request('recorder.export', {
      format: 'pcapng',
      seqs: null,
      anonymous: false,
    });
    const names = ['enodeck.seq', '_ws.col.Protocol', 'enodeck.message', '_ws.col.Info'];
    const lines = (await tshark(base64 ?? '', ...tsharkFields(...names))).trimEnd().split('\n');
    expect(lines).toHaveLength(records.length);
    for (const [index, { row }] of records.entries()) {
      const [seq, protocol, message, info] = (lines[index] ?? '').split('\t');
      expect([seq, protocol, message]).toEqual([String(row.seq), row.protocol, row.name]);
      expect(info).toContain(`${row.direction === 'in' ? '<-' : '->'} ${row.name}`);
    }
  });
});
