import { RLP } from '@ethereumjs/rlp';
import ipaddr from 'ipaddr.js';
import { encodeRlp, readRlp, readRlpItem, type RlpInput } from '../../src-main/base/rlp.ts';
import { systemRandom } from '../../src-main/base/system-runtime.ts';
import { parseIp } from '../../shared/ip-text.ts';
import { rate } from './rate.ts';
import type { Figure } from './rows.ts';

/** Codecs of the project for which libraries exist too (docs/decisions/0047). */
export const CODEC_FIGURES = [
  {
    name: 'RLP record',
    what: 'the items of a node record, decoded',
    unit: 'records/s',
    better: 'higher',
    budget: { library: 2 },
  },
  {
    name: 'RLP 4,096 hashes',
    what: 'the longest announcement of transactions, decoded',
    unit: 'messages/s',
    better: 'higher',
    budget: { library: 1.5 },
  },
  {
    name: 'IPv4 address',
    what: 'text to bytes',
    unit: 'addresses/s',
    better: 'higher',
    budget: { library: 1.5 },
  },
] as const satisfies readonly Figure[];

/** The figures of our codecs and of the libraries @ethereumjs/rlp and ipaddr.js. */
export type Codecs = Readonly<
  Record<'ours' | 'library', Readonly<Record<(typeof CODEC_FIGURES)[number]['name'], number>>>
>;

const MAX_ITEMS = 10_000;

/** Works for about `seconds` on each figure. */
export async function measureCodecs(seconds: number): Promise<Codecs> {
  const bytes = (length: number): Uint8Array => systemRandom.bytes(length);
  const pairs: RlpInput[] = [
    'id',
    'v4',
    'ip',
    bytes(4),
    'secp256k1',
    bytes(33),
    'tcp',
    30_303,
    'udp',
    30_303,
  ];
  const record = encodeRlp([bytes(64), 5, ...pairs]);
  const hashes = encodeRlp(Array.from({ length: 4_096 }, () => bytes(32)));
  const ours = (encoded: Uint8Array) =>
    rate(seconds, () => readRlp(encoded, (r) => readRlpItem(r, MAX_ITEMS)));
  const library = (encoded: Uint8Array) => rate(seconds, () => RLP.decode(encoded));
  return {
    ours: {
      'RLP record': await ours(record),
      'RLP 4,096 hashes': await ours(hashes),
      'IPv4 address': await rate(seconds, () => parseIp('203.0.113.217')),
    },
    library: {
      'RLP record': await library(record),
      'RLP 4,096 hashes': await library(hashes),
      'IPv4 address': await rate(seconds, () => ipaddr.IPv4.parse('203.0.113.217').toByteArray()),
    },
  };
}
