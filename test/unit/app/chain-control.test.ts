import { expect, test } from 'vitest';
import { RELAY_REFUSALS, type RelayTotals, type ServedKind } from '../../../shared/model/chain.ts';
import { ChainController, type ChainControlParts } from '../../../src-main/app/chain-control.ts';
import type { RunningNode } from '../../../src-main/app/running-node.ts';
import { NETWORKS } from '../../../src-main/chain/networks.ts';
import { createGenesisChain } from '../../../src-main/eth/genesis-chain.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const source = createGenesisChain(NETWORKS.hoodi, new VirtualClock());
const served: ChainControlParts['served'] = {
  ...{ source, view: () => ({ kind: 'none' }), headTime: () => undefined, cache: () => undefined },
};

test('the view of a node without a chain has the genesis block and nothing served', () => {
  const view = new ChainController({ served, current: { node: undefined } }).view();
  expect(view).toEqual({
    source: { kind: 'none' },
    range: {
      earliest: '0',
      latest: '0',
      latestHash: expect.stringMatching(/^0xbbe312868b376a3001692a64/) as unknown,
    },
    ...{ headTime: null, served: [], cache: null, transactions: null },
  });
  expect(JSON.parse(JSON.stringify(view))).toEqual(view);
});

test('the view has the head in milliseconds, and the requests and transactions of the running node', () => {
  const kinds: readonly ServedKind[] = [
    { name: 'GetBlockHeaders', asked: 2, served: 1, empty: 0, late: 1, failed: 0, items: 192 },
  ];
  const transactions: RelayTotals = {
    ...{ announced: 9, received: 8, accepted: 7, observed: null, announcedOut: 60, sentOut: 5, pending: 4 },
    refused: Object.fromEntries(RELAY_REFUSALS.map((kind) => [kind, 0])) as RelayTotals['refused'],
  };
  const node = { served: () => kinds, relayed: () => transactions } as RunningNode;
  const control = new ChainController({
    served: { ...served, headTime: () => 1_700_000_000n },
    current: { node },
  });
  expect(control.view()).toMatchObject({ headTime: 1_700_000_000_000, served: kinds, transactions });
});
