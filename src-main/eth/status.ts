/**
 * Codec of the Status message, and the compatibility check of two of them.
 * @see https://github.com/ethereum/devp2p/blob/master/caps/eth.md#status-0x00
 * @see https://eips.ethereum.org/EIPS/eip-7642
 */
import { describeCause, type DescribedCause } from '../../shared/causes/facts.ts';
import { bytesToHex, equalBytes, to0x } from '../base/bytes.ts';
import { KECCAK_LENGTH } from '../base/keccak.ts';
import { encodeRlp, readRlp, type RlpReader } from '../base/rlp.ts';
import type { ForkFilter, ForkId } from '../chain/fork-id.ts';
import { reading } from './errors.ts';
import { ETH_VERSIONS, type EthVersion } from './versions.ts';

/** Range of the blocks that a node has, from `earliest` to `latest`. */
export interface BlockRange {
  readonly earliest: bigint;
  readonly latest: bigint;
  /** Hash of block `latest`, 32 bytes. */
  readonly latestHash: Uint8Array;
}

/** Fields of every Status. */
interface CommonStatus {
  /** Version in the message, which must be the negotiated version. */
  readonly version: number;
  readonly networkId: bigint;
  /** 32 bytes. */
  readonly genesisHash: Uint8Array;
  readonly forkId: ForkId;
}

/** Status of eth/68. */
export interface TotalDifficultyStatus extends CommonStatus {
  readonly form: 'total-difficulty';
  readonly totalDifficulty: bigint;
  /** Hash of the head block, 32 bytes. */
  readonly headHash: Uint8Array;
}

/** Status since eth/69 (EIP-7642). */
export interface BlockRangeStatus extends CommonStatus {
  readonly form: 'block-range';
  readonly range: BlockRange;
}

/** The message in either form. */
export type Status = TotalDifficultyStatus | BlockRangeStatus;

/** How two Status messages differ; the first difference in the order of this list counts. */
type StatusDifferenceCode =
  'wrong-network' | 'wrong-version' | 'wrong-genesis' | 'wrong-fork' | 'invalid-block-range';

/** A difference, with both values. */
export type StatusDifference = DescribedCause<StatusDifferenceCode>;

/** Length of a fork hash (EIP-2124), bytes. */
const FORK_HASH_LENGTH = 4;

/** Encodes the payload of a Status. */
export function encodeStatus(status: Status): Uint8Array {
  const { version, networkId, genesisHash } = status;
  const forkId = [status.forkId.hash, status.forkId.next];
  if (status.form === 'total-difficulty') {
    return encodeRlp([version, networkId, status.totalDifficulty, status.headHash, genesisHash, forkId]);
  }
  const { earliest, latest, latestHash } = status.range;
  return encodeRlp([version, networkId, genesisHash, forkId, earliest, latest, latestHash]);
}

/**
 * Decodes the payload of a Status in the form of the negotiated version.
 * @throws EthCodecError `malformed-message`
 */
export function decodeStatus(version: EthVersion, payload: Uint8Array): Status {
  return reading('Status', () =>
    readRlp(payload, (reader) => {
      const fields = reader.list();
      const status =
        ETH_VERSIONS[version].status === 'block-range'
          ? readRangeStatus(fields)
          : readDifficultyStatus(fields);
      fields.end();
      return status;
    }),
  );
}

/** Reads earliest, latest and the hash of the latest block: the last fields of Status, and all of BlockRangeUpdate. */
export function readBlockRange(fields: RlpReader): BlockRange {
  return {
    earliest: fields.uint64(),
    latest: fields.uint64(),
    latestHash: fields.fixedBytes(KECCAK_LENGTH).slice(),
  };
}

/** Describes what is wrong with an announced range; undefined when it is valid. */
export function blockRangeFault(range: BlockRange): string | undefined {
  if (range.earliest > range.latest) {
    return `the earliest block ${String(range.earliest)} is later than the latest ${String(range.latest)}`;
  }
  return range.latestHash.every((byte) => byte === 0) ? 'the hash of the latest block is zero' : undefined;
}

/**
 * Returns the first incompatibility of the peer's Status with ours; undefined when it is compatible. Checks in the
 * order of go-ethereum (eth/protocols/eth/handshake.go, readStatus).
 */
export function compareStatus(
  ours: Status,
  theirs: Status,
  filter: ForkFilter,
): StatusDifference | undefined {
  if (theirs.networkId !== ours.networkId) {
    return describeCause('wrong-network', {
      theirs: String(theirs.networkId),
      ours: String(ours.networkId),
      genesis: equalBytes(theirs.genesisHash, ours.genesisHash) ? 'same' : 'other',
    });
  }
  if (theirs.version !== ours.version) {
    return describeCause('wrong-version', { theirs: theirs.version, ours: ours.version });
  }
  if (!equalBytes(theirs.genesisHash, ours.genesisHash)) {
    const facts = { theirs: to0x(theirs.genesisHash), ours: to0x(ours.genesisHash) };
    return describeCause('wrong-genesis', facts);
  }
  const verdict = filter(theirs.forkId);
  if (verdict !== 'ok') {
    const facts = { theirs: describeForkId(theirs.forkId), ours: describeForkId(ours.forkId), verdict };
    return describeCause('wrong-fork', facts);
  }
  const fault = theirs.form === 'block-range' ? blockRangeFault(theirs.range) : undefined;
  return fault === undefined ? undefined : describeCause('invalid-block-range', { detail: fault });
}

/** Formats a fork ID: `0xb715077d, next fork at 1681338455`. */
export function describeForkId(forkId: ForkId): string {
  const next = forkId.next === 0n ? 'no fork planned' : `next fork at ${String(forkId.next)}`;
  return `0x${bytesToHex(forkId.hash)}, ${next}`;
}

function readDifficultyStatus(fields: RlpReader): TotalDifficultyStatus {
  return {
    form: 'total-difficulty',
    version: fields.uint(),
    networkId: fields.uint64(),
    totalDifficulty: fields.uint256(),
    headHash: fields.fixedBytes(KECCAK_LENGTH).slice(),
    genesisHash: fields.fixedBytes(KECCAK_LENGTH).slice(),
    forkId: readForkId(fields),
  };
}

function readRangeStatus(fields: RlpReader): BlockRangeStatus {
  return {
    form: 'block-range',
    version: fields.uint(),
    networkId: fields.uint64(),
    genesisHash: fields.fixedBytes(KECCAK_LENGTH).slice(),
    forkId: readForkId(fields),
    range: readBlockRange(fields),
  };
}

function readForkId(reader: RlpReader): ForkId {
  const fields = reader.list();
  const forkId = { hash: fields.fixedBytes(FORK_HASH_LENGTH).slice(), next: fields.uint64() };
  fields.end();
  return forkId;
}
