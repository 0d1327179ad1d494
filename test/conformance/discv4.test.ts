import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Child } from '../support/child.ts';
import { TESTCHAIN } from '../support/geth.ts';
import { Headless } from '../support/headless.ts';
import { realPeer } from '../support/real-peers.ts';

/** Every case of `devp2p discv4 test`, so that a case which it does not run is missed. */
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

/** A line of the Test Anything Protocol: `ok 3 - Ping/WrongTo`. */
const TAP = /^(ok|not ok) \d+ -? *(\S+)/;

let node: Headless;
let output: readonly string[] = [];
const outcomes = new Map<string, boolean>();

beforeAll(async () => {
  node = await Headless.start({ flags: ['--genesis', TESTCHAIN.genesisFile, '--bootnodes', ''] });
  const suite = new Child('devp2p discv4 test', realPeer('devp2p'), [
    ...['discv4', 'test', '--tap', '--remote', node.info.enode],
    ...['--listen1', '127.0.0.1', '--listen2', '127.0.0.2'],
  ]);
  await suite.exited;
  output = suite.lines;
  for (const line of output) {
    const [, verdict, name] = TAP.exec(line) ?? [];
    if (verdict !== undefined && name !== undefined) outcomes.set(name, verdict === 'ok');
  }
});

afterAll(() => node.stop());

describe("go-ethereum's discv4 suite", () => {
  test.each(CASES)('%s', (name) => {
    expect(outcomes.get(name), output.join('\n')).toBe(true);
  });

  test('has no case that is not listed here', () => {
    expect([...outcomes.keys()].sort()).toEqual([...CASES].sort());
  });
});
