import type { LogLine } from '../../shared/model/log.ts';
import { Log } from '../../src-main/base/log.ts';
import type { Logger } from '../../src-main/base/runtime.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A logger whose lines a test can read. */
export function recordedLog(): { readonly logger: Logger; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const log = new Log(new VirtualClock(), [{ write: (line) => lines.push(line) }], 'debug');
  return { logger: log.logger('test'), lines };
}
