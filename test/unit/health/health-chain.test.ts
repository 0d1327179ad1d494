import { describe, expect, test } from 'vitest';
import type { ArchiveView, ClientLack, ImportView, SentryView } from '../../../shared/model/chain.ts';
import { chainChecks, type ChainFacts } from '../../../src-main/health/health-chain.ts';

const NOW = 1_700_000_000_000;
const range = (earliest: number, latest: number) => ({
  ...{ earliest: String(earliest), latest: String(latest), latestHash: `0x${'11'.repeat(32)}` },
});

const SENTRY: SentryView = {
  ...{ kind: 'sentry', address: 'http://127.0.0.1:8545', phase: 'connected', since: NOW - 60_000 },
  ...{ usesJwt: false, client: 'Geth/v1.17.8', lacks: [], failure: null, wrongItems: 0, lastWrongItem: null },
};
const ARCHIVE: ArchiveView = { kind: 'archive', folder: '/data/chain', withoutReceipts: '0', import: null };
const IMPORT: ImportView = {
  ...{ state: 'running', file: 'chain.rlp', place: 1, files: 2, bytesRead: 45, bytes: 100, blocks: '270' },
  failure: null,
};

/** Each check as state, title and evidence. */
const linesOf = (source: ChainFacts['chain']['source'], blocks = range(0, 600)) =>
  chainChecks({ now: NOW, chain: { source, range: blocks } }).map(({ state, title, evidence }) => [
    state,
    title,
    evidence,
  ]);
const checkOf = (source: ChainFacts['chain']['source'], blocks = range(0, 600)) =>
  chainChecks({ now: NOW, chain: { source, range: blocks } })[0];

test('a node without a source says what syncing peers do, which is no warning', () => {
  expect(linesOf({ kind: 'none' }, range(0, 0))).toEqual([
    ['good', 'Chain source: none', 'peers that synchronise get no blocks and leave'],
  ]);
});

describe('the check of an execution client', () => {
  test('has its range and who it is', () => {
    expect(linesOf(SENTRY)).toEqual([
      ['good', 'Execution client', 'blocks 0 to 600; Geth/v1.17.8, http://127.0.0.1:8545'],
    ]);
    expect(linesOf({ ...SENTRY, client: null })[0]?.[2]).toBe('blocks 0 to 600; http://127.0.0.1:8545');
  });

  test('that is away says since when, why, and what peers get meanwhile', () => {
    const failure = { code: 'connection-refused', message: 'The connection was refused.' } as const;
    expect(checkOf({ ...SENTRY, phase: 'away', failure })).toEqual({
      ...{ id: 'chain', state: 'bad', title: 'Execution client is away' },
      evidence:
        'http://127.0.0.1:8545 for 1 min: The connection was refused; the announced head stays block 600; sessions stay, and requests get empty answers',
      advice: 'Start the client, or correct its address. This node connects again by itself.',
      actions: [{ kind: 'open-setting', params: { key: 'sentry' } }],
    });
    expect(checkOf({ ...SENTRY, phase: 'away', failure }, range(0, 0))?.evidence).toContain(
      '; only genesis is announced; ',
    );
  });

  test.each([
    ['rpc-http-status', 'Check the address, the JWT secret and the headers.'],
    ['rpc-redirect', 'Give the address that the client itself listens on.'],
    ['rpc-answer-malformed', 'Check that the address is that of the JSON-RPC of an execution client.'],
    ['rpc-timeout', 'Check the load of the client, and the way to it.'],
    ['rpc-closed', 'Start the client, or correct its address.'],
    ['connection-refused', 'Start the client, or correct its address.'],
  ] as const)('that is away because of %s says what to do: %s', (code, advice) => {
    const failure = { code, message: 'It failed' };
    expect(checkOf({ ...SENTRY, phase: 'away', failure })?.advice).toBe(
      `${advice} This node connects again by itself.`,
    );
  });

  test('waits for the first connect', () => {
    expect(linesOf({ ...SENTRY, phase: 'away', client: null }, range(0, 0))).toEqual([
      ['pending', 'Execution client', 'connecting to http://127.0.0.1:8545'],
    ]);
  });

  test('names both genesis blocks when the client is of another chain', () => {
    const message = 'The client has the genesis block 0x11, this network has 0x22';
    const failure = { code: 'rpc-wrong-chain', message } as const;
    expect(linesOf({ ...SENTRY, phase: 'away', failure }, range(0, 0))).toEqual([
      ['bad', 'Execution client is of another chain', message],
    ]);
  });

  test.each([
    ['raw-headers', 'debug_getRawHeader', 'no-blocks-served', 'bad', 'no blocks are served'],
    ['raw-receipts', 'debug_getRawReceipts', 'no-receipts-served', 'warning', 'no receipts are served'],
    [
      'submission',
      'eth_sendRawTransaction',
      'transactions-are-not-relayed',
      'warning',
      'transactions are not relayed',
    ],
  ] as const)('says what follows without %s', (code, method, consequence, state, words) => {
    const check = checkOf({ ...SENTRY, lacks: [{ code, method, consequence }] });
    expect(check?.state).toBe(state);
    expect(check?.evidence).toBe(`without ${method} ${words} (Geth/v1.17.8, http://127.0.0.1:8545)`);
    expect(check?.advice).toContain('eth, debug and web3');
  });

  test('says with a JWT secret that geth’s port for it has no debug', () => {
    const blocks = { code: 'raw-headers', method: 'debug_getRawHeader' } as const;
    const submission = { code: 'submission', method: 'eth_sendRawTransaction' } as const;
    const adviceOf = (lack: ClientLack, usesJwt: boolean) =>
      checkOf({ ...SENTRY, lacks: [lack], usesJwt })?.advice;
    const general = 'Enable the name spaces eth, debug and web3 of the client’s RPC.';
    const lack: ClientLack = { ...blocks, consequence: 'no-blocks-served' };
    expect(adviceOf(lack, true)).toBe(
      `${general} The port of geth for a consensus client, 8551, has no name space debug: use geth’s HTTP, WebSocket or IPC, which need no JWT secret.`,
    );
    expect(adviceOf(lack, false)).toBe(general);
    expect(adviceOf({ ...submission, consequence: 'transactions-are-not-relayed' }, true)).toBe(general);
  });

  test('stays good for a lack that costs no peer anything', () => {
    const lack: ClientLack = {
      code: 'raw-access-lists',
      method: 'debug_getRawBlockAccessList',
      consequence: 'no-access-lists-served',
    };
    expect(checkOf({ ...SENTRY, lacks: [lack] })?.state).toBe('good');
  });

  test('reports wrong items beside it', () => {
    const lastWrongItem = { code: 'rpc-wrong-item', message: 'The hash differs.' } as const;
    expect(linesOf({ ...SENTRY, wrongItems: 3, lastWrongItem })).toEqual([
      ['warning', 'Execution client sent wrong items', '3 items not served; the last: The hash differs'],
      ['good', 'Execution client', expect.any(String)],
    ]);
  });
});

describe('the check of an archive', () => {
  test('has its range', () => {
    expect(linesOf(ARCHIVE, range(300, 600))).toEqual([['good', 'Archive', 'blocks 300 to 600']]);
  });

  test('warns when blocks lack receipts, and when there is no block', () => {
    expect(linesOf({ ...ARCHIVE, withoutReceipts: '600' })).toEqual([
      [
        'warning',
        'Archive lacks receipts',
        'blocks 0 to 600; 600 blocks without receipts, for which peers get none',
      ],
    ]);
    expect(checkOf(ARCHIVE, range(0, 0))).toMatchObject({
      ...{ state: 'warning', title: 'Archive is empty', evidence: '/data/chain' },
      actions: [{ kind: 'open-setting', params: { key: 'chainImport' } }],
    });
  });

  test('shows an import and its failure', () => {
    expect(linesOf({ ...ARCHIVE, import: IMPORT }, range(0, 0))).toEqual([
      ['pending', 'Import', 'file 1 of 2, chain.rlp 45%; 270 blocks added'],
    ]);
    const failure = { code: 'archive-invalid-block', message: 'a.era1, block 7: wrong.' } as const;
    expect(linesOf({ ...ARCHIVE, import: { ...IMPORT, state: 'failed', failure } })).toEqual([
      ['bad', 'Import failed', 'a.era1, block 7: wrong; 270 blocks added'],
      ['good', 'Archive', 'blocks 0 to 600'],
    ]);
    expect(linesOf({ ...ARCHIVE, import: { ...IMPORT, state: 'done' } })).toHaveLength(1);
  });
});
