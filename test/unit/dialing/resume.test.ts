import { afterEach, describe, expect, test } from 'vitest';
import { DialRounds, numberedNode } from '../../support/dial-rounds.ts';

const rounds = new Set<DialRounds>();
function world(): DialRounds {
  const made = new DialRounds();
  rounds.add(made);
  return made;
}
afterEach(async () => {
  for (const { scheduler } of rounds) await scheduler.stop();
  rounds.clear();
});

describe('the dial scheduler after a sleep', () => {
  test('dials static nodes immediately, despite earlier failures', async () => {
    const made = world();
    const [one, two] = [numberedNode(1), numberedNode(2)];
    made.scheduler.addStatic(one);
    made.scheduler.addStatic(two);
    await made.start();
    await made.fail(one);
    await made.succeed(two);
    made.newDials();
    made.scheduler.resume();
    await made.clock.settle();
    expect(made.newDials().map(({ idHex }) => idHex)).toEqual([one.idHex]);
  });

  test('aborts a pending dial and starts it again', async () => {
    const made = world();
    made.scheduler.addStatic(numberedNode(1));
    await made.start();
    expect(made.newDials()).toHaveLength(1);
    made.scheduler.resume();
    await made.clock.settle();
    expect(made.newDials().map(({ idHex }) => idHex)).toEqual([numberedNode(1).idHex]);
    expect(made.events.of('dial/ended')).toHaveLength(1);
  });

  test('keeps the backoff of candidates', async () => {
    const made = world();
    await made.start();
    await made.discover(numberedNode(3));
    await made.fail(numberedNode(3));
    made.newDials();
    made.scheduler.resume();
    await made.discover(numberedNode(3));
    expect(made.newDials()).toEqual([]);
  });
});
