import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { effectScope, reactive, type EffectScope } from 'vue';
import type { LogLine } from '../../../../shared/model/log.ts';
import { linesLeft } from '../../../../src-renderer/model/log-filter.ts';
import { useLogReading, type LogSource } from '../../../../src-renderer/views/use-log-reading.ts';

const line = (seq: number): LogLine => ({
  ...{ seq, at: seq, module: 'server', message: `line ${String(seq)}`, fields: {} },
  level: seq % 2 === 0 ? 'info' : 'debug',
});
const lines = (from: number, to: number): readonly LogLine[] =>
  Array.from({ length: to - from + 1 }, (_, at) => line(from + at));

describe('the lines that left', () => {
  it.each([
    ['none while there is room', lines(1, 4), lines(1, 6), 0],
    ['those older than the first', lines(1, 4), lines(3, 6), 2],
    ['all when many came at once', lines(1, 4), lines(9, 12), 4],
    ['none after a restart with lower numbers', lines(5, 8), lines(1, 2), 0],
    ['none when nothing is shown', lines(1, 4), [], 0],
  ])('are %s', (_, before, next, left) => {
    expect(linesLeft(before, next)).toBe(left);
  });
});

describe('the log', () => {
  let scope: EffectScope;
  let source: { lines: readonly LogLine[]; level: LogSource['level']; text: string };
  let reading: ReturnType<typeof useLogReading>;
  beforeEach(() => {
    scope = effectScope();
    source = reactive({ lines: lines(1, 10), level: 'debug', text: '' });
    reading = scope.run(() => useLogReading(() => source))!;
  });
  afterEach(() => scope.stop());

  it('keeps the place of the lines in sight when older ones leave', () => {
    source.lines = lines(4, 13);
    source.lines = lines(5, 14);
    expect(reading.base.value).toBe(4);
  });

  it('counts only the shown lines that left', () => {
    source.level = 'info';
    source.lines = lines(5, 14);
    expect(reading.base.value).toBe(2);
  });

  it('takes lines that the filter hides for lines that are still there', () => {
    source.text = 'line 10';
    expect(reading.shown.value.map(({ seq }) => seq)).toEqual([10]);
    expect(reading.base.value).toBe(0);
  });

  it('counts the lines that came since following ended', () => {
    reading.scrolled(false);
    source.lines = lines(3, 13);
    expect(reading.fresh.value).toBe(3);
    reading.setFollow(true);
    expect(reading.fresh.value).toBe(0);
  });

  it('keeps a line that is read in sight until following is asked for', () => {
    reading.open(line(8));
    expect(reading.follow.value).toBe(false);
    reading.scrolled(true);
    expect(reading.follow.value).toBe(false);
    reading.setFollow(true);
    expect(reading.follow.value).toBe(true);
  });

  it('goes on following when the newest line is read', () => {
    reading.open(line(10));
    expect(reading.follow.value).toBe(true);
  });
});
