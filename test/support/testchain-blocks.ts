import { readFileSync } from 'node:fs';
import { bytesToHex } from '../../src-main/base/bytes.ts';
import { encodeRlp, RawRlp, RlpReader } from '../../src-main/base/rlp.ts';
import { networkFromGenesis } from '../../src-main/chain/genesis-file.ts';
import type { Network } from '../../src-main/chain/networks.ts';
import { decodeHeader, type BlockHeader } from '../../src-main/eth/headers.ts';
import { hex } from './hex.ts';
import { readVectors } from './vectors.ts';

/** A block of the test chain. */
export interface TestchainBlock {
  readonly header: BlockHeader;
  readonly encodedHeader: Uint8Array;
  /** As in geth's export: header, transactions, ommers, withdrawals. */
  readonly encoded: Uint8Array;
  /** In the consensus encoding (EIP-2718); undefined where the vectors have none. */
  readonly receipts: readonly Uint8Array[] | undefined;
}

/** The test chain, with its genesis block at 0. */
export interface Testchain {
  readonly network: Network;
  readonly blocks: readonly TestchainBlock[];
  byHash(hash: string): TestchainBlock | undefined;
}

const folder = new URL('../vectors/testchain/', import.meta.url);

/** Reads the test chain of 600 blocks. */
export async function readTestchain(): Promise<Testchain> {
  const genesis = readFileSync(new URL('genesis.json', folder), 'utf8');
  const network: Network = { ...(await networkFromGenesis(genesis)), networkId: 3_503_995_874_084_926n };
  const { blocks: receipts } = readVectors<{ blocks: Record<string, readonly string[]> }>(
    'testchain/receipts.json',
  );
  const blocks: TestchainBlock[] = [genesisBlock(network)];
  const reader = RlpReader.over(new Uint8Array(readFileSync(new URL('chain.rlp', folder))));
  while (!reader.done) {
    const encoded = reader.raw();
    const encodedHeader = RlpReader.over(encoded).list().raw();
    const header = decodeHeader(encodedHeader);
    const found = receipts[String(header.number)]?.map(hex);
    blocks.push({ header, encodedHeader, encoded, receipts: found });
  }
  const byHash = new Map(blocks.map((block) => [bytesToHex(block.header.hash), block]));
  return { network, blocks, byHash: (hash) => byHash.get(hash.replace(/^0x/, '')) };
}

function genesisBlock({ genesisHeaderRlp }: Network): TestchainBlock {
  return {
    header: decodeHeader(genesisHeaderRlp),
    encodedHeader: genesisHeaderRlp,
    encoded: encodeRlp([new RawRlp(genesisHeaderRlp), [], [], []]),
    receipts: [],
  };
}
