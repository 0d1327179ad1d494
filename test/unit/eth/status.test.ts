import { describe, expect, it } from 'vitest';
import { NETWORKS } from '../../../src-main/chain/networks.ts';
import { createGenesisChain } from '../../../src-main/eth/genesis-chain.ts';
import { compareStatus, type BlockRangeStatus } from '../../../src-main/eth/status.ts';
import { hex } from '../../support/hex.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { readVectors } from '../../support/vectors.ts';

interface Refusal {
  firstMessage?: string;
  change?: string;
  value?: unknown;
  reason: string;
}
const { statusRefusals } = readVectors<{ statusRefusals: { cases: Refusal[] } }>('eth.json');

const chain = createGenesisChain(NETWORKS.mainnet, new VirtualClock());
const ours: BlockRangeStatus = {
  form: 'block-range',
  version: 69,
  networkId: chain.networkId,
  genesisHash: chain.genesisHash,
  forkId: chain.forkId(),
  range: chain.range(),
};

const CODES: Readonly<Record<string, string>> = {
  version_mismatch: 'wrong-version',
  network_mismatch: 'wrong-network',
  genesis_mismatch: 'wrong-genesis',
  fork_id_rejected: 'wrong-fork',
  bad_block_range: 'invalid-block-range',
};

describe('Status', () => {
  it('with the same values is accepted', () => {
    expect(compareStatus(ours, { ...ours }, chain.forkFilter)).toBeUndefined();
  });

  it.each(statusRefusals.cases.filter(({ change }) => change !== undefined))(
    'with a different $change is refused: $reason',
    ({ change, value, reason }) => {
      const difference = compareStatus(ours, changed(change!, value), chain.forkFilter);
      expect(difference?.code).toBe(CODES[reason]);
    },
  );

  it('without the hash of its latest block is refused', () => {
    const theirs = { ...ours, range: { ...ours.range, latestHash: new Uint8Array(32) } };
    expect(compareStatus(ours, theirs, chain.forkFilter)?.code).toBe('invalid-block-range');
  });
});

function changed(field: string, value: unknown): BlockRangeStatus {
  switch (field) {
    case 'version':
      return { ...ours, version: Number(value) };
    case 'networkId':
      return { ...ours, networkId: BigInt(value as string) };
    case 'genesis':
      return { ...ours, genesisHash: hex(value as string) };
    case 'forkId': {
      const forkId = value as { hash: string; next: string };
      return { ...ours, forkId: { hash: hex(forkId.hash), next: BigInt(forkId.next) } };
    }
    case 'earliest':
      return { ...ours, range: { ...ours.range, earliest: ours.range.latest + 1n } };
    default:
      throw new Error(`Unknown change: ${field}`);
  }
}
