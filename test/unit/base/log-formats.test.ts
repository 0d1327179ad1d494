import { describe, expect, test } from 'vitest';
import type { LogFormat, LogLine } from '../../../shared/model/log.ts';
import { jsonSink } from '../../../src-main/base/json-log-sink.ts';
import { logfmtText, logText } from '../../../src-main/base/log-formats.ts';
import { terminalSink } from '../../../src-main/base/terminal-log-sink.ts';

const LINE: LogLine = {
  seq: 7,
  at: 1_795_928_078_213,
  level: 'warn',
  module: 'server/p2p',
  message: 'peer dropped',
  fields: { name: 'Geth/v1 "x"', id: 'ab12', empty: '', level: 'high', time: '3', module: 'm', msg: 'n' },
};

function written(write: (stream: { write(text: string): void }) => void): string {
  const texts: string[] = [];
  write({ write: (text) => void texts.push(text) });
  return texts.join('');
}

describe('a log line', () => {
  test('is text with the message first and the fields after it', () => {
    expect(logText(LINE)).toBe(
      '2026-11-29T04:54:38.213Z WARN  server/p2p peer dropped name="Geth/v1 \\"x\\"" id=ab12 empty="" level=high time=3 module=m msg=n',
    );
  });

  test('is logfmt with the names of every line, which no field takes', () => {
    expect(logfmtText(LINE)).toBe(
      'time=2026-11-29T04:54:38.213Z level=warn module=server/p2p msg="peer dropped" name="Geth/v1 \\"x\\"" id=ab12 empty="" level_=high time_=3 module_=m msg_=n',
    );
  });

  test('is one object of JSON with the same names', () => {
    const text = written((stream) => {
      jsonSink(stream).write(LINE);
    });
    expect(text.endsWith('\n')).toBe(true);
    expect(text.match(/"(?:time|level|module|msg)":/g)).toHaveLength(4);
    expect(JSON.parse(text)).toEqual({
      ...{ time: '2026-11-29T04:54:38.213Z', level: 'warn', module: 'server/p2p', msg: 'peer dropped' },
      ...{ name: 'Geth/v1 "x"', id: 'ab12', empty: '', level_: 'high', time_: '3', module_: 'm', msg_: 'n' },
    });
  });

  test('goes to a terminal in the format of the moment', () => {
    let format: LogFormat = 'text';
    const text = written((stream) => {
      const sink = terminalSink(stream, () => format);
      for (format of ['text', 'logfmt', 'json'] as const) sink.write(LINE);
    });
    const [first, second, third, rest] = text.split('\n');
    expect(first).toBe(logText(LINE));
    expect(second).toBe(logfmtText(LINE));
    expect(JSON.parse(third ?? '')).toMatchObject({ msg: 'peer dropped' });
    expect(rest).toBe('');
  });
});
