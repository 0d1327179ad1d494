import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BLOCK_FILES } from '../support/block-files.ts';
import { runSuite, type SuiteOutcome } from '../support/devp2p-suite.ts';
import type { Geth } from '../support/geth.ts';
import type { Headless } from '../support/headless.ts';
import { startClient, startServingNode, type ServedSource } from '../support/serving-node.ts';
import { amsterdamChain, PRAGUE_CHAIN, type SuiteChain } from '../support/suite-chain.ts';

/** The cases of `devp2p rlpx eth-test` that ask for the chain, so that a case that does not run is noticed. */
const CHAIN_CASES = [
  'Status',
  'MaliciousHandshake',
  'BlockRangeUpdateExpired',
  'BlockRangeUpdateFuture',
  'BlockRangeUpdateInvalid',
  'GetBlockHeaders',
  'GetNonexistentBlockHeaders',
  'SimultaneousRequests',
  'SameRequestID',
  'ZeroRequestID',
  'GetBlockAccessLists',
  'GetBlockBodies',
  'GetReceipts',
  'GetLargeReceipts',
  // They pass without eth/72: the suite asks nothing then.
  'BlobTxAvailabilityFailure',
  'GetCells',
  'BlobTxWithInvalidCells',
] as const;

/**
 * Those that need a transaction pool: they expect that a valid transaction is announced to another peer (InvalidTxs: before it
 * sends invalid ones), LargeTxRequest also that it can be requested.
 */
const POOL_CASES = ['LargeTxRequest', 'Transaction', 'InvalidTxs'] as const;

/** Those that need requests for announced transactions, and disconnects of peers that lie. */
const REQUEST_CASES = [
  'NewPooledTxs',
  'BlobViolations',
  'TestBlobTxWithoutSidecar',
  'TestBlobTxWithMismatchedSidecar',
] as const;

const CASES = [...CHAIN_CASES, ...REQUEST_CASES, ...POOL_CASES];

const ends: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

/** A geth with the blocks of a chain, the execution client of the suite. */
async function clientWith(chain: SuiteChain): Promise<Geth> {
  const client = await startClient(chain);
  ends.push(() => client.stop());
  return client;
}

/** Our node, when its head is that of the chain. */
async function nodeWith(
  chain: SuiteChain,
  source: ServedSource,
  more: readonly string[] = [],
): Promise<Headless> {
  const node = await startServingNode(chain, source, more);
  ends.push(() => node.stop());
  return node;
}

/** Runs the suite. It tells the client at the Engine API that the head of the chain is the head. */
async function runEthSuite(chain: SuiteChain, node: Headless, client: Geth): Promise<SuiteOutcome> {
  const secret = await readFile(join(client.dataFolder, 'geth', 'jwtsecret'), 'utf8');
  const engine = ['--engineapi', client.engineUrl, '--jwtsecret', secret.trim()];
  return await runSuite(['rlpx', 'eth-test', ...engine, '--chain', chain.folder, '--node', node.info.enode]);
}

/** @param addressOf the address of the client that the node uses */
async function inFrontOfGeth(chain: SuiteChain, addressOf: (client: Geth) => string): Promise<SuiteOutcome> {
  const client = await clientWith(chain);
  const node = await nodeWith(chain, { client: addressOf(client) });
  return await runEthSuite(chain, node, client);
}

async function withArchive(): Promise<SuiteOutcome> {
  const client = await clientWith(PRAGUE_CHAIN);
  const files = [BLOCK_FILES.testchainEre];
  const node = await nodeWith(PRAGUE_CHAIN, { files }, ['--transactions.observe']);
  return await runEthSuite(PRAGUE_CHAIN, node, client);
}

/** One after the other: a case has two seconds for 2,000 transactions. */
async function inTurn(): Promise<readonly [SuiteOutcome, SuiteOutcome]> {
  const Prague = await inFrontOfGeth(PRAGUE_CHAIN, ({ socketUrl }) => socketUrl);
  return [Prague, await inFrontOfGeth(amsterdamChain(), ({ ipcPath }) => ipcPath)];
}

let outcomes: Readonly<Record<'Prague' | 'Amsterdam' | 'archive', SuiteOutcome>>;
beforeAll(async () => {
  // The archive at the same time, because the suite mostly waits for what must not come.
  const [[Prague, Amsterdam], archive] = await Promise.all([inTurn(), withArchive()]);
  outcomes = { Prague, Amsterdam, archive };
});

describe.each(['Prague', 'Amsterdam'] as const)(
  "go-ethereum's eth suite with a chain up to %s, against a node in front of geth",
  (fork) => {
    test.each(CASES)('%s', (name) => {
      const { cases, output } = outcomes[fork];
      expect(cases.get(name), output).toBe(true);
    });

    test('has no other case', () => {
      expect([...outcomes[fork].cases.keys()].sort()).toEqual([...CASES].sort());
    });
  },
);

describe("go-ethereum's eth suite against a node with an archive that observes transactions", () => {
  test.each([...CHAIN_CASES, ...REQUEST_CASES])('%s', (name) => {
    const { cases, output } = outcomes.archive;
    expect(cases.get(name), output).toBe(true);
  });

  test('fails the cases that need a transaction pool, and no other', () => {
    const failed = [...outcomes.archive.cases].flatMap(([name, passed]) => (passed ? [] : [name]));
    expect(failed.sort()).toEqual([...POOL_CASES].sort());
  });
});
