import { expect, test } from 'vitest';
import { createDemoSource, DemoChain } from '../../../src-main/demo/chain.ts';
import { DEMO_CHAIN } from '../../../src-main/demo/network.ts';
import { Synchronisation } from '../../../src-main/demo/synchronisation.ts';
import type { AnswerTo, EthQuery } from '../../../src-main/eth/queries.ts';
import { answerRequest } from '../../../src-main/eth/request-handler.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const chain = createDemoSource(new DemoChain(), DEMO_CHAIN, 0n);
const clock = new VirtualClock();

/** A session with a node that has the chain. */
function session() {
  const asked: EthQuery[] = [];
  const answers: (() => void)[] = [];
  const ask = async <Query extends EthQuery>(query: Query): Promise<AnswerTo<Query>> => {
    asked.push(query);
    await new Promise<void>((resolve) => answers.push(resolve));
    const from = { chain, transactions: undefined, version: 69, clock, peer: 'a' } as const;
    return (await answerRequest({ ...query, requestId: 1n }, from)) as AnswerTo<Query>;
  };
  return { asked, answers, ask };
}

test('a node requests headers, then the bodies and receipts of their blocks, one at a time', async () => {
  const { asked, answers, ask } = session();
  const node = new Synchronisation({ ask }, chain, new SeededRandom(3));
  for (let step = 0; step < 9; step++) {
    node.next();
    node.next();
    expect(asked).toHaveLength(step + 1);
    answers.shift()?.();
    await clock.settle();
  }
  const round = ['GetBlockHeaders', 'GetBlockBodies', 'GetReceipts'];
  expect(asked.map(({ name }) => name)).toEqual([...round, ...round, ...round]);
  const [, bodies, receipts] = asked;
  expect(bodies).toMatchObject({ hashes: (receipts as { hashes: unknown }).hashes });
});

test('a node that gets no answer begins again with headers', async () => {
  const asked: string[] = [];
  const ask = (query: EthQuery): Promise<never> => {
    asked.push(query.name);
    return Promise.reject(new Error('the session has ended'));
  };
  const node = new Synchronisation({ ask }, chain, new SeededRandom(3));
  node.next();
  await clock.settle();
  node.next();
  expect(asked).toEqual(['GetBlockHeaders', 'GetBlockHeaders']);
});
