import type { LogFormat, LogLine } from '../../shared/model/log.ts';
import { jsonSink } from './json-log-sink.ts';
import { logfmtText, logText, type TextStream } from './log-formats.ts';
import type { LogSink } from './log.ts';

/** Writes lines in the format of the moment. */
export function terminalSink(stream: TextStream, format: () => LogFormat): LogSink {
  const texts = (textOf: (line: LogLine) => string): LogSink => ({
    write(line) {
      stream.write(`${textOf(line)}\n`);
    },
  });
  const sinks: Readonly<Record<LogFormat, LogSink>> = {
    text: texts(logText),
    json: jsonSink(stream),
    logfmt: texts(logfmtText),
  };
  return {
    write(line) {
      sinks[format()].write(line);
    },
  };
}
