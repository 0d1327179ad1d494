import { isatty } from 'node:tty';
import type { HeadlessRun } from './headless-program.ts';
import { untilSignal } from './run-tool.ts';

/** Standard input, output and error. */
const STREAMS = [0, 1, 2] as const;

/**
 * Tells the two meanings of SIGHUP apart: the terminal of the program was closed, or someone asks a service to read its files
 * again. Created at the start of the program, while its terminal is there.
 */
export class Hangup {
  readonly #platform: NodeJS.Platform;
  readonly #isTerminal: (stream: number) => boolean;
  readonly #terminals: readonly number[];

  constructor(
    platform: NodeJS.Platform = process.platform,
    isTerminal: (stream: number) => boolean = isatty,
  ) {
    this.#platform = platform;
    this.#isTerminal = isTerminal;
    this.#terminals = STREAMS.filter(isTerminal);
  }

  /** Whether a SIGHUP that has just arrived asks to read the files again. Windows sends it only for a closed console. */
  get isReload(): boolean {
    // A terminal that was closed is none any more.
    return this.#platform !== 'win32' && this.#terminals.every(this.#isTerminal);
  }
}

/** The signals of a node without a window. A request to read the files again that comes before `onReload` is kept for it. */
export function nodeSignals(hangup = new Hangup()): Pick<HeadlessRun, 'untilStopped' | 'onReload'> {
  let isMissed = false;
  let act = (): void => {
    isMissed = true;
  };
  const onHangup = (): boolean => {
    const { isReload } = hangup;
    if (isReload) act();
    return isReload;
  };
  return {
    untilStopped: () => untilSignal(onHangup),
    onReload: (reload) => {
      act = reload;
      if (isMissed) reload();
    },
  };
}
