import type { Logger } from '../../src-main/base/runtime.ts';

/** A logger that discards its lines. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
