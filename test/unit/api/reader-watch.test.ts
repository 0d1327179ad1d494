import { beforeEach, describe, expect, test } from 'vitest';
import { MAX_WAITING, ReaderWatch, STALL_MS, type Reader } from '../../../src-main/api/reader-watch.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let watch: ReaderWatch;

class Connection implements Reader {
  bytes = 0;
  read = 0;
  isCut = false;
  waiting(): number {
    return this.bytes;
  }
  progress(): number {
    return this.read;
  }
  cut(): void {
    this.isCut = true;
  }
}

const connect = (bytes = 0): Connection => {
  const connection = new Connection();
  connection.bytes = bytes;
  watch.add(connection);
  return connection;
};

beforeEach(() => {
  clock = new VirtualClock();
  watch = new ReaderWatch(clock, silentLogger);
});

describe('ReaderWatch', () => {
  test('cuts the connections with the longest queues until the sum is within its bound', () => {
    const connections = [30, 10, 20, 15].map((mib) => connect(mib * 1_048_576));
    watch.check();
    expect(connections.map(({ isCut }) => isCut)).toEqual([true, false, false, false]);
    expect(watch.waiting).toBeLessThanOrEqual(MAX_WAITING);
    connections[3]!.bytes = MAX_WAITING;
    watch.check();
    expect(connections.map(({ isCut }) => isCut)).toEqual([true, false, false, true]);
  });

  test('cuts a connection that reads nothing for 20 seconds', async () => {
    const stalled = connect(1);
    const slow = connect(1);
    const idle = connect(0);
    for (let second = 0; second < 60; second += 1) {
      slow.read += 1;
      await clock.advance(1_000);
      expect(stalled.isCut).toBe(second >= STALL_MS / 1_000 - 1);
    }
    expect([slow.isCut, idle.isCut]).toEqual([false, false]);
  });

  test('counts that time from when bytes were queued', async () => {
    const connection = connect(0);
    await clock.advance(60_000);
    connection.bytes = 1;
    await clock.advance(STALL_MS - 1_000);
    expect(connection.isCut).toBe(false);
    await clock.advance(6_000);
    expect(connection.isCut).toBe(true);
  });

  test('has a timer only while there are connections', async () => {
    const ends = [new Connection(), new Connection()].map((connection) => watch.add(connection));
    await clock.advance(5_000);
    for (const end of ends) end();
    expect(clock.pendingTimers).toBe(0);
    connect(0);
    expect(clock.pendingTimers).toBe(1);
  });
});
