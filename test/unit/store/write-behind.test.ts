import { beforeEach, expect, test } from 'vitest';
import type { DatabaseWrite } from '../../../src-main/store/sub-levels.ts';
import { WriteBehind } from '../../../src-main/store/write-behind.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** A database that records its batches, and rejects them while `isFull`. */
class FakeDatabase {
  isFull = false;
  readonly batches: string[][] = [];
  /** Called while a batch is being written. */
  onWrite: (() => void) | undefined;

  async write(writes: readonly DatabaseWrite[]): Promise<void> {
    await Promise.resolve();
    const onWrite = this.onWrite;
    this.onWrite = undefined;
    onWrite?.();
    if (this.isFull) throw new Error('the disk is full');
    this.batches.push(writes.map(({ level, key, value }) => `${level}/${key}=${value ?? 'deleted'}`));
  }
}

const put = (key: string, value?: string): DatabaseWrite => ({ level: 'local', key, value });

let database: FakeDatabase;
let clock: VirtualClock;
let log: ReturnType<typeof recordedLog>;
let writes: WriteBehind;

beforeEach(() => {
  database = new FakeDatabase();
  clock = new VirtualClock();
  log = recordedLog();
  writes = new WriteBehind({ database, clock, logger: log.logger, failureMessage: 'It cannot be written' });
});

test('Writes of one turn form one batch, and the newest write of a key replaces the older ones', async () => {
  writes.put(put('a', '1'));
  writes.put(put('b', '2'));
  writes.put(put('a'));
  await writes.flush();
  expect(database.batches).toEqual([['local/b=2', 'local/a=deleted']]);
  expect(writes.pending).toEqual([]);
});

test('A write that is added while a batch is written is part of the next batch', async () => {
  database.onWrite = () => {
    writes.put(put('b', '2'));
  };
  writes.put(put('a', '1'));
  await writes.idle();
  expect(database.batches).toEqual([['local/a=1'], ['local/b=2']]);
});

test('A failed batch keeps its order, is replaced by newer values, and is written after 30 s', async () => {
  database.isFull = true;
  database.onWrite = () => {
    writes.put(put('c', '3'));
    writes.put(put('a', 'newer'));
  };
  writes.put(put('a', '1'));
  writes.put(put('b', '2'));
  await writes.idle();
  expect(writes.failure).toBeInstanceOf(Error);
  expect(writes.pending.map(({ key, value }) => `${key}=${value ?? ''}`)).toEqual(['a=newer', 'b=2', 'c=3']);
  database.isFull = false;
  await clock.advance(29_999);
  expect(database.batches).toEqual([]);
  await clock.advance(1);
  await writes.idle();
  expect(database.batches).toEqual([['local/a=newer', 'local/b=2', 'local/c=3']]);
  expect(writes.failure).toBeUndefined();
});

test('A series of failures is logged once; the next series is logged again', async () => {
  const failures = (): number => log.lines.filter(({ message }) => message === 'It cannot be written').length;
  database.isFull = true;
  writes.put(put('a', '1'));
  await writes.idle();
  await writes.flush();
  expect(failures()).toBe(1);
  database.isFull = false;
  await writes.flush();
  database.isFull = true;
  writes.put(put('a', '2'));
  await writes.idle();
  expect(failures()).toBe(2);
});

test('idle() does not retry a failed write; flush() does', async () => {
  database.isFull = true;
  writes.put(put('a', '1'));
  await writes.idle();
  database.isFull = false;
  await writes.idle();
  expect(database.batches).toEqual([]);
  await writes.flush();
  expect(database.batches).toEqual([['local/a=1']]);
});

test('close() tries once, ignores later writes and leaves no timer', async () => {
  database.isFull = true;
  writes.put(put('a', '1'));
  await writes.close();
  writes.put(put('b', '2'));
  expect(writes.pending.map(({ key }) => key)).toEqual(['a']);
  database.isFull = false;
  await clock.advance(60_000);
  expect(database.batches).toEqual([]);
});

test('Beyond maxPending the oldest writes are dropped', async () => {
  const written: number[] = [];
  const bounded = new WriteBehind({
    ...{ database, clock, logger: log.logger, failureMessage: 'It cannot be written', maxPending: 2 },
    onWritten: (count) => written.push(count),
  });
  database.isFull = true;
  for (const key of ['a', 'b', 'c']) bounded.put(put(key, key));
  await bounded.idle();
  expect(bounded.pending.map(({ key }) => key)).toEqual(['b', 'c']);
  bounded.put(put('d', 'd'));
  await bounded.idle();
  expect(bounded.pending.map(({ key }) => key)).toEqual(['c', 'd']);
  expect(written).toEqual([]);
  database.isFull = false;
  await bounded.flush();
  expect(written).toEqual([2]);
});
