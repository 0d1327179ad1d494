import pino from 'pino';
import { fieldsOf, timeOf, type TextStream } from './log-formats.ts';
import type { LogSink } from './log.ts';

/** Writes each line as an object of JSON. */
export function jsonSink(stream: TextStream): LogSink {
  const writer = pino(
    { level: 'debug', base: null, timestamp: false, formatters: { level: (label) => ({ level: label }) } },
    stream,
  );
  return {
    write(line) {
      writer[line.level]({ time: timeOf(line), module: line.module, ...fieldsOf(line) }, line.message);
    },
  };
}
