import { open } from 'node:fs/promises';
import { keccak256 } from '../../src-main/base/keccak.ts';
import { encodeRlp, RawRlp } from '../../src-main/base/rlp.ts';
import { encodeGenesisHeader } from '../../src-main/chain/header.ts';
import type { Network } from '../../src-main/chain/networks.ts';

/** Writes an export of `count` empty blocks after the genesis block of a network. */
export async function writeEmptyBlocks(path: string, network: Network, count: number): Promise<void> {
  const file = await open(path, 'w');
  let parentHash = network.genesisHash;
  let pending: Uint8Array[] = [];
  for (let number = 1; number <= count; number++) {
    const header = encodeGenesisHeader({
      parentHash,
      coinbase: new Uint8Array(20),
      stateRoot: keccak256(parentHash),
      difficulty: 0n,
      number: BigInt(number),
      gasLimit: 30_000_000n,
      gasUsed: 0n,
      time: BigInt(number * 12),
      extraData: new Uint8Array(32),
      mixHash: keccak256(parentHash),
      nonce: new Uint8Array(8),
      baseFee: 7n,
    });
    parentHash = keccak256(header);
    pending.push(encodeRlp([new RawRlp(header), [], []]));
    if (pending.length < 1_000 && number < count) continue;
    await file.write(Buffer.concat(pending));
    pending = [];
  }
  await file.close();
}
