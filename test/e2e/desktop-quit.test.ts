import { once } from 'node:events';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { endProcess, processOf } from '../support/desktop-process.ts';
import { eventually } from '../support/eventually.ts';
import { SOME_ENODE } from '../support/some-enode.ts';
import { freePort } from '../support/loopback-ports.ts';
import { startedDesktops } from '../support/started-desktops.ts';
import { startAgain, takePicture, type OpenDesktop } from '../support/window.ts';

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

test('a start while Enodeck quits is made again when it has ended, and opens its link', async () => {
  const data = started.path('data');
  const desktop = await started.open('data', ['--demo']);
  const { app, page } = desktop;
  const first = app.process();
  await page.getByRole('navigation', { name: 'Views' }).getByText('Running', { exact: true }).waitFor();
  await holdSockets(desktop);
  const exited = once(first, 'exit');
  await closeWindow(desktop);
  await page.getByRole('status').filter({ hasText: 'Enodeck is quitting.' }).waitFor();
  const [port, debugging] = [String(await freePort()), String(await freePort())];
  const place = ['--addr', '127.0.0.1', '--port', port];
  expect(await startAgain(data, [...place, `--remote-debugging-port=${debugging}`, SOME_ENODE])).toBe(0);
  await letSocketsGo(desktop);
  expect(await exited).toEqual([0, null]);
  const pid = await eventually('the program starts again', async () => {
    const holder = await processOf(data);
    return holder === first.pid ? undefined : holder;
  });
  try {
    const browser = await eventually('its window', () =>
      chromium.connectOverCDP(`http://127.0.0.1:${debugging}`),
    );
    const next = await eventually('its page', async () => browser.contexts()[0]?.pages()[0]);
    await next.getByRole('dialog', { name: 'Add nodes' }).getByText('192.0.2.7:30303').waitFor();
    await takePicture(next, 'quit-later-start');
    await browser.close();
  } finally {
    await endProcess(pid);
  }
});
