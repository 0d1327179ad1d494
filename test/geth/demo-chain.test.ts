import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { to0x } from '../../src-main/base/bytes.ts';
import { encodeRlp, RawRlp } from '../../src-main/base/rlp.ts';
import { DEMO_WALLETS, GENESIS_BALANCE, TOKEN_ADDRESS, TOKEN_CODE } from '../../src-main/demo/accounts.ts';
import { DemoChain } from '../../src-main/demo/chain.ts';
import { CANCUN_TIME, DEMO_CHAIN } from '../../src-main/demo/network.ts';
import { decodeHeader } from '../../src-main/eth/headers.ts';
import { Child } from '../support/child.ts';
import { realPeer } from '../support/real-peers.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const FORKS_BY_BLOCK = ['homestead', 'eip150', 'eip155', 'eip158', 'byzantium', 'constantinople'];
FORKS_BY_BLOCK.push('petersburg', 'istanbul', 'berlin', 'london');

const quantity = (value: bigint): string => `0x${value.toString(16)}`;

/** The genesis file of the demo's network. */
function genesisFile(): string {
  const {
    time,
    extraData,
    gasLimit,
    coinbase,
    mixHash,
    baseFee = 0n,
  } = decodeHeader(DEMO_CHAIN.genesisHeaderRlp);
  const wallets = DEMO_WALLETS.map(({ address }) => [to0x(address), { balance: quantity(GENESIS_BALANCE) }]);
  const token = [to0x(TOKEN_ADDRESS), { balance: '0x0', nonce: '0x1', code: to0x(TOKEN_CODE) }];
  return JSON.stringify({
    config: {
      chainId: Number(DEMO_CHAIN.chainId),
      ...Object.fromEntries(FORKS_BY_BLOCK.map((fork) => [`${fork}Block`, 0])),
      ...{ terminalTotalDifficulty: 0, shanghaiTime: 0, cancunTime: Number(CANCUN_TIME) },
      blobSchedule: { cancun: { target: 3, max: 6, baseFeeUpdateFraction: 3_338_477 } },
    },
    ...{ nonce: '0x0', difficulty: '0x0', timestamp: quantity(time), gasLimit: quantity(gasLimit) },
    ...{ extraData: to0x(extraData), coinbase: to0x(coinbase), mixHash: to0x(mixHash) },
    baseFeePerGas: quantity(baseFee),
    alloc: Object.fromEntries([...wallets, token]) as unknown,
  });
}

/** The blocks after genesis, as geth exports them. */
function exported(chain: DemoChain): Uint8Array {
  const items = (each: readonly Uint8Array[] = []): readonly RawRlp[] => each.map((item) => new RawRlp(item));
  const blocks: Uint8Array[] = [];
  for (let block = chain.at(1n); block !== undefined; block = chain.at(block.header.number + 1n)) {
    const { transactions, ommers, withdrawals } = block.body;
    blocks.push(
      encodeRlp([new RawRlp(block.encoded), items(transactions), items(ommers), items(withdrawals)]),
    );
  }
  return Buffer.concat(blocks);
}

/** Runs a command of geth that opens no socket. Returns what it prints. */
async function geth(...args: readonly string[]): Promise<string> {
  const child = new Child(`geth ${args.at(-2) ?? ''}`, realPeer('geth72'), args);
  await child.exited;
  return child.lines.join('\n');
}

test('geth executes the history of the demo’s chain and gets the same state', async () => {
  const chain = new DemoChain();
  const { header } = chain.head;
  const folder = await temporaryFolder();
  try {
    const [genesis, blocks] = [join(folder.path, 'genesis.json'), join(folder.path, 'chain.rlp')];
    await writeFile(genesis, genesisFile());
    await writeFile(blocks, exported(chain));
    const data = ['--datadir', join(folder.path, 'data'), '--cache', '16'];
    await geth(...data, 'init', genesis);
    const printed = await geth(...data, 'import', blocks);
    const imported = /Imported new chain segment +number=(\d+) +hash=(\w+)\.\.(\w+) +blocks=(\d+)/.exec(
      printed,
    );
    const hash = to0x(header.hash).slice(2);
    const count = String(header.number);
    expect(imported?.slice(1), printed).toEqual([count, hash.slice(0, 6), hash.slice(-6), count]);
  } finally {
    await folder.remove();
  }
});
