import type { App } from 'electron';
import type { Clock } from '../base/runtime.ts';

/** Signals of the system or a terminal that quit the application. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** From this time on the window shows what is being stopped, milliseconds: a shorter stop needs no words. */
export const SLOW_STOP_MS = 1_000;

/**
 * The process ends after this time, stopped or not, milliseconds: the steps have limits of their own, a few seconds each. The
 * database survives the end of its process at any time.
 */
export const STOP_LIMIT_MS = 20_000;

/** What a quit does. */
export interface QuitParts {
  readonly clock: Clock;
  /** Stops the node; called once. Its rejection is the caller's to report. */
  stop(): Promise<void>;
  /** The stop takes longer than SLOW_STOP_MS. */
  onSlow(): void;
  /** What is not stopped, as phrases. */
  left(): readonly string[];
  /** Reports in a line that the process ends before everything is stopped. */
  complain(line: string): void;
  /** The exit code of the process, asked when `stop` has settled. */
  exitCode(): number;
}

/** A quit that has begun, or not. */
export interface Quit {
  readonly hasBegun: boolean;
}

/**
 * Quits the application in order: the process ends when `stop` has settled, or after STOP_LIMIT_MS. Also quits on signals,
 * and when the last window is closed, except on macOS. A further quit, while the first one goes on, changes nothing.
 */
export function quitInOrder(
  app: Pick<App, 'on' | 'quit' | 'exit'>,
  process: Pick<NodeJS.Process, 'on' | 'platform'>,
  parts: QuitParts,
): Quit {
  const quit = { hasBegun: false };
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (quit.hasBegun) return;
    quit.hasBegun = true;
    stopWithin(app, parts);
  });
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      app.quit();
    });
  }
  return quit;
}

function stopWithin(app: Pick<App, 'exit'>, parts: QuitParts): void {
  const slow = parts.clock.after(SLOW_STOP_MS, () => {
    parts.onSlow();
  });
  const limit = parts.clock.after(STOP_LIMIT_MS, () => {
    const left = parts.left().join(', ');
    parts.complain(
      `Enodeck ends after ${String(STOP_LIMIT_MS / 1_000)} s. Not stopped: ${left || 'unknown'}.`,
    );
    app.exit(1);
  });
  const end = (): void => {
    slow.cancel();
    limit.cancel();
    app.exit(parts.exitCode());
  };
  void parts.stop().then(end, end);
}
