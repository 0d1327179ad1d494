import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runSuite, type SuiteOutcome } from '../support/devp2p-suite.ts';
import { TESTCHAIN } from '../support/geth.ts';
import { Headless } from '../support/headless.ts';

/** Every case of `devp2p discv4 test`, so that a case that does not run is noticed. */
const CASES = [
  'Ping/Basic',
  'Ping/WrongTo',
  'Ping/WrongFrom',
  'Ping/ExtraData',
  'Ping/ExtraDataWrongFrom',
  'Ping/PastExpiration',
  'Ping/WrongPacketType',
  'Ping/BondThenPingWithWrongFrom',
  'ENRRequest',
  'Findnode/WithoutEndpointProof',
  'Findnode/BasicFindnode',
  'Findnode/UnsolicitedNeighbors',
  'Findnode/PastExpiration',
  'Amplification/InvalidPongHash',
  'Amplification/WrongIP',
];

let node: Headless;
let outcome: SuiteOutcome;

beforeAll(async () => {
  node = await Headless.start({ flags: ['--genesis', TESTCHAIN.genesisFile, '--bootnodes', ''] });
  const listen = ['--listen1', '127.0.0.1', '--listen2', '127.0.0.2'];
  outcome = await runSuite(['discv4', 'test', ...listen, '--remote', node.info.enode]);
});

afterAll(() => node.stop());

describe("go-ethereum's discv4 suite, with discovery v5 on the same port", () => {
  test.each(CASES)('%s', (name) => {
    expect(outcome.cases.get(name), outcome.output).toBe(true);
  });

  test('has no other case', () => {
    expect([...outcome.cases.keys()].sort()).toEqual([...CASES].sort());
  });
});
