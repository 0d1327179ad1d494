import {
  appendFile,
  mkdir,
  open as openFile,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { LogLine } from '../../../shared/model/log.ts';
import { FileLogSink, logFileObstacle, type LogFileOptions } from '../../../src-main/base/file-log-sink.ts';
import { eventually } from '../../support/eventually.ts';
import { folderOfTest } from '../../support/folder-of-test.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const folder = folderOfTest();
const KIB = 1_024;

const lineOf = (message: string): LogLine => ({
  ...{ seq: 1, at: 0, level: 'info', module: 'x', message, fields: {} },
});
/** A line of a little more than 300 KiB: four of them fill a file of 1 MiB. */
const large = (message: string): LogLine => ({ ...lineOf(message), fields: { text: 'x'.repeat(300 * KIB) } });

interface Opened {
  readonly sink: FileLogSink;
  readonly clock: VirtualClock;
  readonly failures: string[];
  readonly lost: number[];
}

function open(options: Partial<LogFileOptions> = {}): Opened {
  const clock = new VirtualClock(Date.now());
  const failures: string[] = [];
  const lost: number[] = [];
  const sink = new FileLogSink(
    {
      ...{ path: folder.path('logs', 'enodeck.log'), rotate: true, maxMegabytes: 1, maxBackups: 5 },
      ...{ maxDays: 0, compress: false, ...options },
    },
    clock,
    { failed: (reason) => void failures.push(reason), resumed: (count) => void lost.push(count) },
  );
  folder.atEnd(() => sink.close());
  return { sink, clock, failures, lost };
}

const messagesIn = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { msg: string }).msg);
const messagesOf = async (...names: string[]): Promise<string[]> =>
  messagesIn(await readFile(folder.path('logs', ...names), 'utf8'));
const backups = async (): Promise<string[]> =>
  (await readdir(folder.path('logs'))).filter((name) => /^\d{8}-/.test(name)).sort();

describe('the log file', () => {
  test('has a line of JSON for each line, and only its owner can read it', async () => {
    const { sink } = open();
    sink.write(lineOf('one'));
    sink.write(lineOf('two'));
    await sink.close();
    expect(await messagesOf('enodeck.log')).toEqual(['one', 'two']);
    const { mode } = await stat(folder.path('logs', 'enodeck.log'));
    expect(mode & 0o777).toBe(process.platform === 'win32' ? mode & 0o777 : 0o600);
    const again = open();
    again.sink.write(lineOf('three'));
    await again.sink.close();
    expect(await messagesOf('enodeck.log')).toEqual(['one', 'two', 'three']);
  });

  test('is rotated at its size, and keeps so many rotated files', async () => {
    const { sink } = open({ maxBackups: 2 });
    for (let number = 1; number <= 18; number += 1) sink.write(large(String(number)));
    await sink.close();
    const names = await backups();
    expect(names).toHaveLength(2);
    const kept = await Promise.all(names.map((name) => messagesOf(name)));
    // Rotations within a minute have numbers in their names, and a number that is free again is used again.
    expect(kept.sort(([a], [b]) => Number(a) - Number(b))).toEqual([
      ['9', '10', '11', '12'],
      ['13', '14', '15', '16'],
    ]);
    expect(await messagesOf('enodeck.log')).toEqual(['17', '18']);
  });

  test('grows without rotation', async () => {
    const { sink } = open({ rotate: false });
    for (let number = 1; number <= 6; number += 1) sink.write(large(String(number)));
    await sink.close();
    expect(await backups()).toEqual([]);
    expect(await messagesOf('enodeck.log')).toHaveLength(6);
  });

  test('is compressed when it is rotated', async () => {
    const { sink } = open({ compress: true });
    for (let number = 1; number <= 5; number += 1) sink.write(large(String(number)));
    await sink.close();
    const [name = ''] = await backups();
    expect(name).toMatch(/-enodeck\.log\.gz$/);
    const text = gunzipSync(await readFile(folder.path('logs', name))).toString();
    expect(messagesIn(text)).toEqual(['1', '2', '3', '4']);
  });

  test('loses its rotated files after their days, at the start and while it runs; other files stay', async () => {
    const now = Date.now();
    const age = async (name: string, days: number): Promise<void> => {
      await writeFile(folder.path('logs', name), '');
      const at = new Date(now - days * 86_400_000);
      await utimes(folder.path('logs', name), at, at);
    };
    await mkdir(folder.path('logs'));
    await age('20250101-1200-01-enodeck.log', 8);
    await age('20250101-1201-01-enodeck.log.gz', 8);
    await age('20250102-1200-01-enodeck.log', 6.99);
    await age('20250103-1200-01-enodeck.log', 1);
    await age('20250101-1200-01-other.log', 100);
    await age('mine.log', 100);
    const { clock } = open({ maxDays: 7 });
    const young = ['20250102-1200-01-enodeck.log', '20250103-1200-01-enodeck.log'];
    const kept = async (): Promise<string[]> =>
      (await backups()).filter((name) => name.includes('-enodeck.log'));
    await eventually('the old ones are gone', async () => (await kept()).length === 2 || undefined);
    expect(await kept()).toEqual(young);
    await clock.advance(3_600_000);
    await eventually('one more is gone', async () => (await kept()).length === 1 || undefined);
    expect(await kept()).toEqual(young.slice(1));
    expect(await readdir(folder.path('logs'))).toEqual(
      expect.arrayContaining(['20250101-1200-01-other.log', 'mine.log']) as string[],
    );
  });

  test('is opened anew after another program has renamed it', async () => {
    const { sink } = open({ rotate: false });
    sink.write(lineOf('one'));
    await eventually('a line', async () => (await messagesOf('enodeck.log')).length || undefined);
    await rename(folder.path('logs', 'enodeck.log'), folder.path('logs', 'enodeck.log.1'));
    sink.write(lineOf('two'));
    await sink.reopen();
    sink.write(lineOf('three'));
    await sink.close();
    expect(await messagesOf('enodeck.log.1')).toEqual(['one', 'two']);
    expect(await messagesOf('enodeck.log')).toEqual(['three']);
  });

  test('is tried again after a failure, and reports the outage once and the lines that were lost', async () => {
    await writeFile(folder.path('logs'), 'in the way');
    const { sink, clock, failures, lost } = open();
    expect(failures).toEqual([]);
    sink.write(lineOf('one'));
    await clock.advance(30_000);
    sink.write(lineOf('two'));
    await clock.advance(29_999);
    sink.write(lineOf('three'));
    expect(failures).toEqual([`${folder.path('logs')} is not a folder: move it away`]);
    await rm(folder.path('logs'));
    sink.write(lineOf('four'));
    await clock.advance(1);
    sink.write(lineOf('five'));
    await eventually('the report', async () => lost[0]);
    await sink.close();
    expect(lost).toEqual([4]);
    expect(await messagesOf('enodeck.log')).toEqual(['five']);
    expect(failures).toHaveLength(1);
  });

  test('begins a new line after one that was cut off', async () => {
    const first = open();
    first.sink.write(lineOf('one'));
    await first.sink.close();
    await appendFile(folder.path('logs', 'enodeck.log'), '{"level":"info","msg":"cut o');
    const { sink } = open();
    sink.write(lineOf('two'));
    await sink.close();
    const lines = (await readFile(folder.path('logs', 'enodeck.log'), 'utf8')).split('\n');
    expect(lines.map((line) => /"msg":"(.*?)("|$)/.exec(line)?.[1])).toEqual([
      ...['one', 'cut o', 'two', undefined],
    ]);
  });

  test('has the rest of a line of which the system took a part', async () => {
    const { sink, lost } = open();
    const file = await openFile(folder.path('some file'), 'w');
    await file.close();
    const handles = Object.getPrototypeOf(file) as typeof file;
    const write = handles.write as unknown as (this: typeof file, bytes: Uint8Array) => Promise<never>;
    const partial = vi.spyOn(handles, 'write').mockImplementation(function (
      this: typeof file,
      text: unknown,
    ) {
      return write.call(this, (text as Uint8Array).subarray(0, 20));
    });
    onTestFinished(() => {
      partial.mockRestore();
    });
    sink.write(lineOf('one'));
    sink.write(lineOf('two'));
    await sink.close();
    expect(await messagesOf('enodeck.log')).toEqual(['one', 'two']);
    expect(lost).toEqual([]);
  });

  test('loses lines instead of memory when the disk does not keep up', async () => {
    const { sink, lost } = open();
    for (let number = 1; number <= 100; number += 1) sink.write(large(String(number)));
    await eventually('the report', async () => lost[0]);
    expect(lost[0]).toBeGreaterThan(60);
    sink.write(lineOf('after'));
    await sink.close();
    expect(await messagesOf('enodeck.log')).toContain('after');
  });

  test('leaves no timer and no open file', async () => {
    const { sink, clock } = open({ maxDays: 7 });
    sink.write(lineOf('one'));
    await sink.close();
    expect(clock.pendingTimers).toBe(0);
    sink.write(lineOf('two'));
    await sink.close();
    expect(await messagesOf('enodeck.log')).toEqual(['one']);
  });

  test('takes other options while it runs', async () => {
    const { sink } = open();
    sink.write(lineOf('one'));
    const options = { rotate: true, maxMegabytes: 1, maxBackups: 1, maxDays: 0, compress: false };
    await sink.reopen({ ...options, path: folder.path('logs', 'other.log') });
    sink.write(lineOf('two'));
    await sink.close();
    expect(await messagesOf('enodeck.log')).toEqual(['one']);
    expect(await messagesOf('other.log')).toEqual(['two']);
  });
});

test('a file with other content cannot be the log file', async () => {
  const path = folder.path('mine');
  expect(logFileObstacle(path)).toBeUndefined();
  await writeFile(path, '');
  expect(logFileObstacle(path)).toBeUndefined();
  await writeFile(path, '{"level":"info","at":"2026-01-01T00:00:00.000Z"}\n');
  expect(logFileObstacle(path)).toBeUndefined();
  await writeFile(path, '{\n  "version": 2\n}\n');
  expect(logFileObstacle(path)).toBe(`${path} has other content: move it away`);
});
