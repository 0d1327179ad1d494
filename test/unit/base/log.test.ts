import { describe, expect, test } from 'vitest';
import { readModuleLevels, type ModuleLevel } from '../../../shared/module-levels.ts';
import { logText } from '../../../src-main/base/log-formats.ts';
import { LINE_INTERVAL_MS, MOST_LINES } from '../../../src-main/base/line-limit.ts';
import { Log } from '../../../src-main/base/log.ts';
import { fromLevel, RingSink } from '../../../src-main/base/log-sinks.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const clock = new VirtualClock(0);

function rulesOf(text: string): readonly ModuleLevel[] {
  const read = readModuleLevels(text);
  if (!read.ok) throw new Error(read.reason);
  return read.rules;
}

describe('the log', () => {
  test('numbers lines and joins scopes', () => {
    const ring = new RingSink(10);
    const logger = new Log(clock, [ring], 'debug').logger('').child('discovery').child('v4');
    logger.info('started', { port: 30303, seq: 2n ** 60n, nothing: undefined });
    logger.debug('x');
    expect(ring.all()).toEqual([
      {
        seq: 1,
        at: 0,
        level: 'info',
        module: 'discovery/v4',
        message: 'started',
        fields: { port: '30303', seq: '1152921504606846976' },
      },
      { seq: 2, at: 0, level: 'debug', module: 'discovery/v4', message: 'x', fields: {} },
    ]);
  });

  test('writes lines of the current level and above, and the level can change', () => {
    const ring = new RingSink(10);
    const log = new Log(clock, [ring], 'warn');
    log.logger('a').info('quiet');
    log.setLevels('debug', []);
    log.logger('a').debug('loud');
    expect(ring.all().map((line) => line.message)).toEqual(['loud']);
  });

  test('writes lines of the level of their module, which can be above or below that of the log', () => {
    const ring = new RingSink(10);
    const log = new Log(clock, [ring], 'info', rulesOf('dial=debug,discovery/*=warn'));
    const loggers = ['dial', 'peers', 'discovery/v4'].map((module) => log.logger(module));
    const write = (): void => {
      for (const logger of loggers)
        for (const level of ['debug', 'info', 'warn'] as const) logger[level]('x');
    };
    const written = (): string[] => ring.all().map(({ module, level }) => `${module} ${level}`);
    write();
    const first = ['dial debug', 'dial info', 'dial warn', 'peers info', 'peers warn', 'discovery/v4 warn'];
    expect(written()).toEqual(first);
    log.setLevels('warn', rulesOf('v4=info'));
    write();
    expect(written()).toEqual([
      ...first,
      ...['dial warn', 'peers warn', 'discovery/v4 info', 'discovery/v4 warn'],
    ]);
  });

  test('counts lines of a kind that are too many, and says so at the end of the interval', async () => {
    const time = new VirtualClock(0);
    const ring = new RingSink(1_000);
    const log = new Log(time, [ring], 'info');
    const end = log.limitRepeats();
    for (let number = 0; number < MOST_LINES + 7; number += 1) log.logger('dial').info('ended', { number });
    // Lines below the level do not count.
    for (let number = 0; number < MOST_LINES + 7; number += 1) log.logger('dial').debug('started');
    expect(ring.all()).toHaveLength(MOST_LINES);
    await time.advance(LINE_INTERVAL_MS);
    expect(ring.all().slice(MOST_LINES)).toMatchObject([
      {
        ...{
          seq: MOST_LINES + 1,
          level: 'info',
          module: 'dial',
          message: 'more lines of a kind than are written',
        },
        fields: { count: '7', seconds: '10', line: 'ended' },
      },
    ]);
    log.logger('dial').info('ended');
    end();
    expect(ring.all()).toHaveLength(MOST_LINES + 2);
    expect(time.pendingTimers).toBe(0);
    log.logger('dial').info('without a limit');
    expect(ring.all()).toHaveLength(MOST_LINES + 3);
  });

  test('replaces control and format characters, and truncates long texts', () => {
    const ring = new RingSink(10);
    new Log(clock, [ring], 'debug')
      .logger('a')
      .warn('one\ntwo\u001b[31m', { name: `x\r\n\u202e${'y'.repeat(5_000)}` });
    const [line] = ring.all();
    expect(line!.message).toBe('one two [31m');
    expect(line!.fields['name']).toMatch(/^x {3}y+…$/);
    expect(line!.fields['name']!.length).toBe(1_024);
    expect(logText(line!).split('\n')).toHaveLength(1);
  });

  test('formats a line with its time, and quotes values with spaces', () => {
    const ring = new RingSink(10);
    new Log(clock, [ring], 'debug').logger('a').info('hello', { one: 'x', two: 'a "b"', three: '' });
    expect(logText(ring.all()[0]!)).toBe(
      '1970-01-01T00:00:00.000Z INFO  a hello one=x two="a \\"b\\"" three=""',
    );
  });
});

describe('the ring of log lines', () => {
  test('keeps the newest lines, and returns the lines after a sequence number', () => {
    const ring = new RingSink(100);
    const logger = new Log(clock, [ring], 'debug').logger('a');
    for (let number = 1; number <= 1_050; number += 1) logger.info(String(number));
    expect(ring.all()).toHaveLength(100);
    expect(ring.all().at(-1)!.seq).toBe(1_050);
    expect(ring.after(1_048).map((line) => line.seq)).toEqual([1_049, 1_050]);
    expect(ring.after(0)).toHaveLength(100);
    expect(ring.after(1_050)).toEqual([]);
  });
});

test('a sink with a minimum level drops lines below it', () => {
  const ring = new RingSink(10);
  const logger = new Log(clock, [fromLevel('warn', ring)], 'debug').logger('a');
  logger.info('no');
  logger.error('yes');
  expect(ring.all().map((line) => line.message)).toEqual(['yes']);
});
