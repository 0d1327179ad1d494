import { expect, test } from 'vitest';
import { TcpWorld } from '../../support/tcp-world.ts';

test('after a system sleep every session is pinged immediately', async () => {
  const world = new TcpWorld();
  const [ours, theirs] = [world.node('10.0.0.1'), world.node('10.0.0.2')];
  for (const { server } of [ours, theirs]) await world.clock.runUntil(server.start());
  ours.server.dialing.addStatic(theirs.node());
  const pinged = (): Promise<unknown> =>
    theirs.events.next('peer/message', ({ direction, name }) => direction === 'in' && name === 'Ping');
  await world.clock.runUntil(pinged());
  const before = world.clock.monotonic();
  const again = pinged();
  ours.server.resume();
  await world.clock.runUntil(again);
  // The regular interval is 15 seconds.
  expect(world.clock.monotonic() - before).toBeLessThan(1_000);
  await world.clock.runUntil(Promise.all([ours.server.stop(), theirs.server.stop()]));
  await world.expectNothingLeft();
});
