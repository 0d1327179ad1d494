import { expect, onTestFinished, test } from 'vitest';
import { P2pNode } from '../../support/p2p-node.ts';

async function start(): Promise<P2pNode> {
  const node = new P2pNode();
  onTestFinished(() => node.server.stop());
  await node.server.start();
  return node;
}

test('after a sleep every session is pinged at once, so that one that died in it is found out', async () => {
  const [ours, theirs] = [await start(), await start()];
  ours.server.dialing.addStatic(theirs.node());
  const pinged = (): Promise<unknown> =>
    theirs.events.next('peer/message', ({ direction, name }) => direction === 'in' && name === 'Ping');
  await pinged();
  // The next one would come by itself after a quarter of a minute.
  const before = performance.now();
  const again = pinged();
  ours.server.resume();
  await again;
  expect(performance.now() - before).toBeLessThan(10_000);
});
