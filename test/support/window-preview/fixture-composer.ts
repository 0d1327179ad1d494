import type { ComposerPreview, ComposerResult, ComposerTarget } from '../../../shared/model/composer.ts';
import type { WireFormField } from '../../../shared/model/wire.ts';

/* A composer without a node. */

const HASH = `0x${'8f21'.repeat(15)}c07a`;
const uint64 = (name: string): WireFormField => ({
  ...{ name, type: 'uint64', kind: 'uint', max: '18446744073709551615' },
});
const hash = (name: string): WireFormField => ({
  ...{ name, type: 'hash', kind: 'bytes', minBytes: 32, maxBytes: 32 },
});
const hashes: WireFormField = {
  ...{ name: 'hashes', type: 'list', kind: 'list', item: hash(''), maxItems: 1_024 },
};
const query: WireFormField = {
  ...{ name: 'query', type: 'struct', kind: 'struct' },
  fields: [
    {
      ...{ name: 'startBlock', type: 'choice', kind: 'choice' },
      fields: [hash('hash'), { ...uint64('number'), type: 'block' }],
    },
    ...[uint64('limit'), uint64('skip')],
    { name: 'reverse', type: 'boolean', kind: 'boolean' },
  ],
};

export function makeComposerTarget(id: string): ComposerTarget {
  const first = { startBlock: { number: '23817402' }, limit: '192', skip: '0', reverse: true };
  return {
    ...{ id, name: 'archive-2', isConnected: true, isListed: true, refusal: null },
    protocols: [
      {
        ...{ protocol: 'eth/69', allowsRaw: true },
        messages: [
          {
            name: 'GetBlockHeaders',
            code: 3,
            answer: 'BlockHeaders',
            fields: [query],
            initial: { query: first },
          },
          {
            name: 'GetReceipts',
            code: 15,
            answer: 'Receipts',
            fields: [hashes],
            initial: { hashes: [HASH] },
          },
        ],
      },
      {
        ...{ protocol: 'p2p', allowsRaw: false },
        messages: [{ name: 'Ping', code: 2, answer: 'Pong', fields: [], initial: {} }],
      },
      {
        ...{ protocol: 'discv5', allowsRaw: false },
        messages: [{ name: 'Ping', code: 1, answer: 'Pong', fields: [], initial: {} }],
      },
    ],
  };
}

export const makePreview = (): ComposerPreview => ({
  payload: 'd2850100000000cb84016b6a3a81c08001',
  plainBytes: 17,
  wireBytes: 80,
  requestId: '4294967296',
});

export const makeComposed = (): ComposerResult => ({
  ...{ outcome: 'answered', requestId: '4294967296', requestSeq: 1_230, answerSeq: 1_233, latencyMs: 31 },
  summary: '#4294967296, 192 headers, 23,817,402 down to 23,817,211',
  answer: { requestId: '4294967296', headers: [] },
});
