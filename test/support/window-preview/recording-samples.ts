import { encodeMessage } from '../../../src-main/wire/encode.ts';
import { fromJson } from '../../../src-main/wire/json.ts';
import { describeMessage } from '../../../src-main/wire/message-schema.ts';
import { protocolSchema } from '../../../src-main/wire/registry.ts';
import { formatHex } from '../../../shared/hex.ts';
import type { RecordRow } from '../../../shared/model/recording.ts';
import type { DecodedMessage, WireJson } from '../../../shared/model/wire.ts';
import { createDice, type Dice } from './fixture-data.ts';

/*
 * The messages of the made-up recording. They are encoded and decoded by the product's own schemas, so that fields and bytes
 * point at each other. That needs Node, so the page gets them ready.
 */

/** A message of the recording. */
export interface Sample {
  readonly protocol: string;
  readonly code: number;
  readonly name: string;
  readonly direction: 'in' | 'out';
  readonly role: RecordRow['role'];
  readonly requestId: string | null;
  /** Hex digits. */
  readonly payload: string;
  readonly decoded: DecodedMessage;
}

/** What the page gets. */
export interface RecordingSamples {
  /** Repeated in their order. */
  readonly usual: readonly Sample[];
  readonly broken: Sample;
  readonly weLeft: Sample;
  readonly theyLeft: Sample;
}

const BLOCK = 21_033_411;
const hash = (dice: Dice): string => `0x${dice.hex(64)}`;

function headerJson(dice: Dice, number: number): WireJson {
  return {
    parentHash: hash(dice),
    ommersHash: '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347',
    coinbase: `0x${dice.hex(40)}`,
    stateRoot: hash(dice),
    transactionsRoot: hash(dice),
    receiptsRoot: hash(dice),
    logsBloom: `0x${dice.hex(512)}`,
    difficulty: '0',
    number: String(number),
    gasLimit: '30000000',
    gasUsed: String(9_000_000 + dice.below(18_000_000)),
    timestamp: String(1_729_741_595 + (number - BLOCK) * 12),
    extraData: `0x${formatHex(new TextEncoder().encode(dice.pick(['beaverbuild.org', 'Titan', 'rsync-builder.xyz'])))}`,
    mixHash: hash(dice),
    nonce: '0x0000000000000000',
    baseFeePerGas: '7312004118',
    withdrawalsRoot: hash(dice),
    blobGasUsed: '393216',
    excessBlobGas: '0',
    parentBeaconBlockRoot: hash(dice),
  };
}

type Rest = Pick<Sample, 'direction'> & Partial<Pick<Sample, 'role' | 'requestId'>>;

/** A message of a protocol, decoded; `change` may spoil its bytes. */
function sampleOf(
  [protocol, name]: readonly [string, string],
  json: WireJson,
  rest: Rest,
  change: (bytes: Uint8Array) => void = () => undefined,
): Sample {
  const message = protocolSchema(protocol)?.messages.find((one) => one.name === name);
  if (message === undefined) throw new Error(`${protocol} has no message ${name}`);
  const bytes = encodeMessage(message.schema, fromJson(message.schema, json));
  change(bytes);
  const decoded = describeMessage(message, { bytes, total: bytes.length });
  const role = { role: 'announcement', requestId: null } as const;
  return { protocol, code: message.code, name, payload: formatHex(bytes), decoded, ...role, ...rest };
}

/** The messages that the recording repeats, in the order of their sending. */
function usualSamples(dice: Dice): readonly Sample[] {
  const headers = Array.from({ length: 40 }, (_, at) => headerJson(dice, BLOCK - at));
  const hashes = Array.from({ length: 14 }, () => hash(dice));
  const query = { startBlock: { number: String(BLOCK) }, limit: '40', skip: '0', reverse: true };
  const latest = { earliestBlock: '15537394', latestBlock: '23817402', latestBlockHash: hash(dice) };
  const pool = {
    types: `0x${'02'.repeat(11)}${'03'.repeat(3)}`,
    sizes: hashes.map(() => String(150 + dice.below(900))),
    hashes,
  };
  return [
    sampleOf(['p2p', 'Ping'], {}, { direction: 'in', role: 'request' }),
    sampleOf(['p2p', 'Pong'], {}, { direction: 'out', role: 'answer' }),
    sampleOf(
      ['eth/69', 'GetBlockHeaders'],
      { requestId: '41', query },
      { direction: 'out', role: 'request', requestId: '41' },
    ),
    sampleOf(['eth/69', 'NewPooledTransactionHashes'], pool, { direction: 'in' }),
    sampleOf(['eth/69', 'BlockRangeUpdate'], latest, { direction: 'in' }),
    sampleOf(
      ['eth/69', 'BlockHeaders'],
      { requestId: '41', headers },
      { direction: 'in', role: 'answer', requestId: '41' },
    ),
    sampleOf(
      ['eth/69', 'GetPooledTransactions'],
      { requestId: '912', hashes: hashes.slice(0, 9) },
      { direction: 'in', role: 'request', requestId: '912' },
    ),
    sampleOf(
      ['eth/69', 'PooledTransactions'],
      { requestId: '912', transactions: [] },
      { direction: 'out', role: 'answer', requestId: '912' },
    ),
  ];
}

/** Headers of which the third has a mixHash of 31 bytes. */
function brokenSample(dice: Dice): Sample {
  const headers = Array.from({ length: 4 }, (_, at) => headerJson(dice, 23_817_402 - at));
  const id = { direction: 'in', requestId: '17' } as const;
  const whole = sampleOf(['eth/69', 'BlockHeaders'], { requestId: '17', headers }, id);
  const third = whole.decoded.tree.children[1]?.children[2];
  const at = third?.children.find(({ name }) => name === 'mixHash')?.start ?? 0;
  // The length byte says 31, so that the last byte becomes an item of its own.
  return sampleOf(['eth/69', 'BlockHeaders'], { requestId: '17', headers }, id, (bytes) => {
    bytes[at] = 0x9f;
  });
}

/** All messages of the recording. */
export function makeRecordingSamples(): RecordingSamples {
  const dice = createDice(41);
  const leave = (reason: string, direction: 'in' | 'out'): Sample =>
    sampleOf(['p2p', 'Disconnect'], { list: { reason } }, { direction });
  return {
    usual: usualSamples(dice),
    broken: brokenSample(dice),
    weLeft: leave('16', 'out'),
    theyLeft: leave('4', 'in'),
  };
}
