import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../../src-main/base/runtime.ts';
import { PacketFilter } from '../../../../src-main/discovery/socket/packet-filter.ts';
import { DatagramReceiver, type DatagramHandler } from '../../../../src-main/discovery/socket/receiver.ts';
import type { SignedHash } from '../../../../src-main/base/recovery-batch.ts';
import type { Recovery, SignerPool } from '../../../../src-main/base/recovery-pool.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const FROM = { ip: '81.1.1.1', port: 30303 };

/** A clock that work advances without running timers. */
class BusyClock extends VirtualClock implements Clock {
  #spent = 0;
  override monotonic(): number {
    return super.monotonic() + this.#spent;
  }
  spend(ms: number): void {
    this.#spent += ms;
  }
}

/** Recognises the datagrams that start with its mark. */
class MarkedHandler implements DatagramHandler {
  readonly handled: Uint8Array[] = [];
  /** Functions of the receiver between the socket and the handler, per datagram. */
  readonly hops: string[][] = [];
  /** Work that each datagram takes, milliseconds. */
  cost = 0;
  readonly #mark: number;

  constructor(mark: number) {
    this.#mark = mark;
  }

  recognises(datagram: Uint8Array): boolean {
    return datagram[0] === this.#mark;
  }

  expects(): boolean {
    return false;
  }

  isAnswer(): boolean {
    throw new Error('no answer is expected');
  }

  handle(datagram: Uint8Array): void {
    if (datagram[1] === 0xff) throw new Error('a bug');
    this.handled.push(datagram);
    this.hops.push(receiverFrames());
    clock.spend(this.cost);
  }
}

/** The functions of receiver.ts on the stack, outermost first. */
function receiverFrames(): string[] {
  const lines = (new Error().stack ?? '').split('\n').filter((line) => line.includes('socket/receiver.ts'));
  return lines.map((line) => /at (?:\S+\.)?(\S+) (?:\[as \w+\] )?\(/.exec(line)?.[1] ?? line).reverse();
}

let clock: BusyClock;
let filter: PacketFilter;
let receiver: DatagramReceiver;
let dropped: string[];
let errors: unknown[];

beforeEach(() => {
  clock = new BusyClock();
  filter = new PacketFilter({ clock, allows: (ip) => ip !== '9.9.9.9', expects: () => false });
  dropped = [];
  errors = [];
  receiver = new DatagramReceiver({
    clock,
    filter,
    dropped: (reason) => dropped.push(reason),
    onError: (error) => errors.push(error),
  });
});

it('passes a datagram to the protocol that recognises it, and drops others', () => {
  const [one, two] = [new MarkedHandler(1), new MarkedHandler(2)];
  receiver.attach([one, two]);
  receiver.receive(Uint8Array.of(2), FROM);
  receiver.receive(Uint8Array.of(3), FROM);
  receiver.receive(Uint8Array.of(1), { ...FROM, ip: '9.9.9.9' });
  expect([one.handled.length, two.handled.length]).toEqual([0, 1]);
  expect(dropped).toEqual(['not-a-packet', 'not-allowed']);
});

it('continues after an error of a handler, and handles nothing after `stop`', () => {
  const handler = new MarkedHandler(1);
  receiver.attach([handler]);
  receiver.receive(Uint8Array.of(1, 0xff), FROM);
  receiver.receive(Uint8Array.of(1, 0), FROM);
  expect([errors.length, handler.handled.length]).toEqual([1, 1]);
  receiver.stop();
  receiver.receive(Uint8Array.of(1, 0), FROM);
  expect([handler.handled.length, dropped]).toEqual([1, ['not-a-packet']]);
});

describe('the shared lane', () => {
  /** One datagram of each of `count` unknown hosts. */
  const flood = (count: number): void => {
    for (let i = 0; i < count; i++)
      receiver.receive(Uint8Array.of(1, 0, i >> 8, i & 0xff), { ip: `81.${i >> 8}.${i & 0xff}.1`, port: 1 });
  };
  const numbers = (handler: MarkedHandler): number[] =>
    handler.handled.map(([, , high = 0, low = 0]) => (high << 8) | low);
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

  let handler: MarkedHandler;
  beforeEach(() => {
    handler = new MarkedHandler(1);
    receiver.attach([handler]);
  });

  it('handles datagrams immediately while they take no time', () => {
    flood(1_000);
    expect([handler.handled.length, dropped, clock.pendingTimers]).toEqual([1_000, [], 0]);
  });

  it('queues datagrams above its share of time, in order, and drops those above its capacity', async () => {
    handler.cost = 1;
    flood(700);
    // A burst of 10 ms, of which 60% is refilled while it is used.
    const first = handler.handled.length;
    expect(first).toBeGreaterThanOrEqual(10);
    expect(first).toBeLessThanOrEqual(26);
    expect(dropped).toEqual(Array.from({ length: 700 - 512 - first }, () => 'queue-full'));
    await clock.advance(20);
    // 60% of the 20 ms, and of the time that the datagrams take.
    expect(handler.handled.length - first).toBeGreaterThanOrEqual(10);
    expect(handler.handled.length - first).toBeLessThanOrEqual(32);
    await clock.advance(5_000);
    expect(numbers(handler)).toEqual(upTo(first + 512));
    expect(clock.pendingTimers).toBe(0);
  });

  it('lets datagrams of the reserved lane pass its queue', () => {
    filter.proven.add(FROM);
    handler.cost = 50;
    flood(5);
    expect(numbers(handler)).toEqual([0]);
    receiver.receive(Uint8Array.of(1, 0, 9, 9), FROM);
    expect(numbers(handler)).toEqual([0, 0x909]);
  });

  it('continues after an error of a handler in the queue', async () => {
    handler.cost = 50;
    flood(1);
    receiver.receive(Uint8Array.of(1, 0xff), FROM);
    receiver.receive(Uint8Array.of(1, 0, 0, 2), FROM);
    await clock.advance(1_000);
    expect([errors.length, numbers(handler)]).toEqual([1, [0, 2]]);
  });

  it('handles nothing after `stop`', async () => {
    handler.cost = 50;
    flood(3);
    receiver.stop();
    await clock.advance(1_000);
    expect([handler.handled.length, clock.pendingTimers]).toEqual([1, 0]);
  });

  it('has one function more than the reserved lane, queued or not (docs/ARCHITECTURE.md, Hops)', async () => {
    filter.proven.add(FROM);
    receiver.receive(Uint8Array.of(1, 0), FROM);
    handler.cost = 50;
    flood(2);
    await clock.advance(1_000);
    const [reserved, shared, queued] = handler.hops;
    expect(reserved).toHaveLength(1);
    expect(shared).toHaveLength(2);
    // The timer calls the second one.
    expect(queued).toEqual(shared?.slice(1));
  });
});

describe('with a pool that recovers the keys of senders', () => {
  const KEY = new Uint8Array(64).fill(7);

  class FakePool implements SignerPool {
    isOn = false;
    overloads = 0;
    readonly jobs: { result: Recovery['result'] }[] = [];
    #listener: () => void = () => undefined;

    overloaded(): void {
      this.overloads += 1;
    }
    take(): Recovery {
      const job: { result: Recovery['result'] } = { result: 'pending' };
      this.jobs.push(job);
      return job;
    }
    onRecovered(listener: () => void): () => void {
      this.#listener = listener;
      return () => (this.#listener = () => undefined);
    }
    settle(index: number, result: Recovery['result']): void {
      const job = this.jobs[index];
      if (job !== undefined) job.result = result;
      this.#listener();
    }
  }

  /** A protocol whose even datagrams are signed. */
  class SignedHandler extends MarkedHandler {
    readonly signers: (Uint8Array | 'invalid' | undefined)[] = [];
    signed(datagram: Uint8Array): SignedHash | undefined {
      return (datagram[2] ?? 0) % 2 === 0 ? { hash: KEY, signature: KEY } : undefined;
    }
    override handle(datagram: Uint8Array, _from?: unknown, signer?: Uint8Array | 'invalid'): void {
      super.handle(datagram);
      this.signers.push(signer);
    }
  }

  let pool: FakePool;
  let handler: SignedHandler;
  const arrive = (number: number): void => {
    receiver.receive(Uint8Array.of(1, 0, number), { ip: `81.1.${String(number)}.1`, port: 1 });
  };
  const numbers = (): (number | undefined)[] => handler.handled.map((datagram) => datagram[2]);

  beforeEach(() => {
    pool = new FakePool();
    handler = new SignedHandler(1);
    receiver = new DatagramReceiver({
      ...{ clock, filter, pool },
      dropped: (reason) => dropped.push(reason),
      onError: (error) => errors.push(error),
    });
    receiver.attach([handler]);
  });

  it('keeps the order while a key is awaited, and hands the keys over', () => {
    pool.isOn = true;
    for (const number of [0, 1, 2, 4]) arrive(number);
    expect(numbers()).toEqual([]);
    pool.settle(1, 'invalid');
    expect(numbers()).toEqual([]);
    pool.settle(0, KEY);
    expect([numbers(), handler.signers]).toEqual([
      [0, 1, 2],
      [KEY, undefined, 'invalid'],
    ]);
    pool.settle(2, 'undone');
    expect([numbers(), handler.signers[3]]).toEqual([[0, 1, 2, 4], undefined]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('asks nothing of a pool that is off', () => {
    for (const number of [0, 2]) arrive(number);
    expect([numbers(), pool.jobs.length, pool.overloads]).toEqual([[0, 2], 0, 0]);
  });

  it('keeps to its share of time when many keys come at once', async () => {
    pool.isOn = true;
    handler.cost = 5;
    for (let number = 0; number < 200; number += 2) arrive(number);
    for (const job of pool.jobs) job.result = KEY;
    pool.settle(0, KEY);
    expect(handler.handled.length).toBeLessThanOrEqual(6);
    await clock.advance(2_000);
    expect(handler.handled).toHaveLength(100);
  });

  it('tells the pool when its queue has been long for a quarter of a second', async () => {
    handler.cost = 20;
    for (let number = 1; number < 80; number += 2) arrive(number);
    await clock.advance(2_000);
    expect([handler.handled.length, pool.overloads]).toEqual([40, 0]);
    for (let number = 1; number < 200; number += 2) arrive(number);
    await clock.advance(5_000);
    expect(pool.overloads).toBeGreaterThan(0);
  });

  it('handles nothing that is recovered after `stop`', () => {
    pool.isOn = true;
    arrive(0);
    receiver.stop();
    pool.settle(0, KEY);
    expect([numbers(), clock.pendingTimers]).toEqual([[], 0]);
  });
});
