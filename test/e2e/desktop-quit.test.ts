import { once } from 'node:events';
import { expect, test } from 'vitest';
import { startedDesktops } from '../support/started-desktops.ts';
import { takePicture, type OpenDesktop } from '../support/window.ts';

/* A quit of the desktop application that takes long. */

const started = startedDesktops();

/** The main process, with what ends the hold of the sockets. */
interface HoldingMain {
  letGo(): void;
}

/** UDP sockets of the application close only after `letSocketsGo`. */
const holdSockets = ({ app }: OpenDesktop): Promise<void> =>
  app.evaluate(() => {
    const { Socket } = process.getBuiltinModule('node:dgram');
    const close = Socket.prototype.close;
    const gone = new Promise<void>((resolve) => {
      (globalThis as unknown as HoldingMain).letGo = resolve;
    });
    Socket.prototype.close = function (done) {
      void gone.then(() => close.call(this, done));
      return this;
    };
  });

const letSocketsGo = ({ app }: OpenDesktop): Promise<void> =>
  app.evaluate(() => {
    (globalThis as unknown as HoldingMain).letGo();
  });

/** As a click on the window’s close button. */
const closeWindow = ({ app }: OpenDesktop): Promise<void> =>
  app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.close();
  });

test('the window says what is being stopped when a quit takes over a second, and closes with the end', async () => {
  const desktop = await started.open('data', ['--demo']);
  const { app, page, complaints } = desktop;
  const side = page.getByRole('navigation', { name: 'Views' });
  await side.getByText('Running', { exact: true }).waitFor();
  await holdSockets(desktop);
  const exited = once(app.process(), 'exit');
  await closeWindow(desktop);
  const line = page.getByRole('status').filter({ hasText: 'Enodeck is quitting.' });
  await line.getByText('Stopping discovery, then node record, demo network, database.').waitFor();
  await side.getByText('Stopping', { exact: true }).waitFor();
  await takePicture(page, 'quit-slow');
  // A second attempt changes nothing.
  await closeWindow(desktop);
  expect(await line.count()).toBe(1);
  expect(complaints).toEqual([]);
  await letSocketsGo(desktop);
  expect(await exited).toEqual([0, null]);
});
