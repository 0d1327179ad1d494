import { expect, it } from 'vitest';
import { AwaitedReplies, type AwaitedReply } from '../../../src-main/discovery/awaited-replies.ts';
import { TurningClock } from '../../support/turning-clock.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const request = (ip: string, failures: string[] = []): AwaitedReply => ({
  ip,
  reject: ({ code }) => failures.push(code),
});

it('expects an answer from an address until the last request to it is removed', () => {
  const awaited = new AwaitedReplies(new VirtualClock(), 500);
  const [first, second] = [request('10.0.0.1'), request('10.0.0.1')];
  for (const each of [first, second]) awaited.add(each);
  expect([awaited.delete(first), awaited.delete(first)]).toEqual([true, false]);
  expect([awaited.size, awaited.expects('10.0.0.1'), awaited.expects('10.0.0.2')]).toEqual([1, true, false]);
  awaited.delete(second);
  expect([awaited.size, awaited.expects('10.0.0.1')]).toEqual([0, false]);
});

it('restarts the timeout of a request, and cancels it when the request is removed', async () => {
  const clock = new VirtualClock();
  const awaited = new AwaitedReplies(clock, 500);
  const one = request('10.0.0.1');
  let timeouts = 0;
  awaited.add(one);
  awaited.startTimer(one, () => timeouts++);
  await clock.advance(400);
  awaited.startTimer(one, () => timeouts++);
  await clock.advance(400);
  expect(timeouts).toBe(0);
  await clock.advance(100);
  expect(timeouts).toBe(1);
  awaited.startTimer(one, () => timeouts++);
  awaited.delete(one);
  expect(clock.pendingTimers).toBe(0);
});

it.each([
  {
    what: 'is removed',
    change: (awaited: AwaitedReplies<AwaitedReply>, of: AwaitedReply) => awaited.delete(of),
  },
  {
    what: 'gets another timeout',
    change: (awaited: AwaitedReplies<AwaitedReply>, of: AwaitedReply) => {
      awaited.startTimer(of, () => expect.unreachable());
    },
  },
])(
  'does not time out a request that $what when the sockets are read after a long turn',
  async ({ change }) => {
    const clock = new TurningClock();
    const awaited = new AwaitedReplies(clock, 500);
    const [answered, silent] = [request('10.0.0.1'), request('10.0.0.2')];
    const timeouts: string[] = [];
    for (const each of [answered, silent]) {
      awaited.add(each);
      awaited.startTimer(each, () => timeouts.push(each.ip));
    }
    await clock.advance(500);
    change(awaited, answered);
    expect(timeouts).toEqual([]);
    await clock.turn();
    expect(timeouts).toEqual(['10.0.0.2']);
  },
);

it('ends all requests with closed', () => {
  const clock = new VirtualClock();
  const awaited = new AwaitedReplies(clock, 500);
  const failures: string[] = [];
  for (const ip of ['10.0.0.1', '10.0.0.2']) {
    const each = request(ip, failures);
    awaited.add(each);
    awaited.startTimer(each, () => undefined);
  }
  awaited.close();
  expect(failures).toEqual(['closed', 'closed']);
  expect([awaited.size, awaited.expects('10.0.0.1'), clock.pendingTimers]).toEqual([0, false, 0]);
});
