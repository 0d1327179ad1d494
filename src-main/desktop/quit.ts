import type { App } from 'electron';

/** Signals of the system or a terminal that quit the application. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Quits the application in order: the process ends when `stop` has settled. Also quits on signals, and when the last window
 * is closed, except on macOS.
 * @param stop stops the node; called once; its rejection is the caller's to report
 * @param exitCode the exit code of the process, asked when `stop` has settled
 */
export function quitInOrder(
  app: Pick<App, 'on' | 'quit' | 'exit'>,
  process: Pick<NodeJS.Process, 'on' | 'platform'>,
  stop: () => Promise<void>,
  exitCode: () => number,
): void {
  let stopping = false;
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (stopping) return;
    stopping = true;
    const end = (): void => {
      app.exit(exitCode());
    };
    void stop().then(end, end);
  });
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      app.quit();
    });
  }
}
