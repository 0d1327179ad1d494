import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Child } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/loopback-ports.ts';
import { SOME_ENODE } from '../support/some-enode.ts';
import { FakeTray, PrivateBus } from '../support/status-notifier.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { expectAccessible, goTo } from '../support/window-steps.ts';
import { desktopCommand, openDesktop, startAgain, takePicture, type OpenDesktop } from '../support/window.ts';

const folder = await temporaryFolder();
const port = await freePort();
let bus: PrivateBus;
let tray: FakeTray;
let desktop: OpenDesktop;

// All tests use one application, in order.
beforeAll(async () => {
  bus = await PrivateBus.start();
  tray = await FakeTray.open(bus);
  desktop = await openDesktop(join(folder.path, 'data'), ['--demo', '--port', String(port)], undefined, {
    DBUS_SESSION_BUS_ADDRESS: bus.address,
  });
});

afterAll(async () => {
  await desktop.close();
  tray.close();
  bus.stop();
  await folder.remove();
});

const isVisible = (): Promise<boolean> =>
  desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() === true);

const visibilityIs = (wanted: boolean) =>
  eventually(`the window is ${wanted ? 'shown' : 'hidden'}`, async () =>
    (await isVisible()) === wanted ? true : undefined,
  );

const hasInMenu = (label: string) =>
  eventually(`the menu has ${label}`, async () => ((await tray.menu()).has(label) ? true : undefined));

/** As a click on the window’s close button. */
const closeWindow = (): Promise<void> =>
  desktop.app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.close();
  });

describe('the tray', () => {
  test('shows state, peers and rates of the node', async () => {
    await eventually('the item is registered', async () => (tray.items.length > 0 ? true : undefined));
    const tooltip = await eventually('the node has peers', async () => {
      const text = await tray.tooltip();
      return /demo: running · [1-9]\d* peers?: \d+ in, \d+ out · .*B\/s in, .*B\/s out/.test(text)
        ? text
        : undefined;
    });
    expect(tooltip).toContain('Enodeck');
    await hasInMenu('Hide');
    const labels = [...(await tray.menu()).keys()];
    expect(labels).toEqual(expect.arrayContaining(['Stop the node', 'Quit']));
    expect(labels[0]).toMatch(/^demo: /);
    expect(
      await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle()),
    ).toMatch(/^Enodeck – \d+ peers?$/);
  });

  test('is offered as the place to close the window to, in the settings', async () => {
    const { page } = desktop;
    await goTo(page, 'Settings');
    const setting = page.locator('#setting-closeToTray');
    await setting.scrollIntoViewIfNeeded();
    await setting.getByRole('switch').click();
    await expect.poll(() => setting.getByRole('switch').getAttribute('aria-checked')).toBe('true');
    await takePicture(page, 'settings-desktop');
    await expectAccessible(page);
  });

  test('keeps the node running without the window, and brings the same window back', async () => {
    const { page } = desktop;
    await page.evaluate(() => {
      (globalThis as { mark?: number }).mark = 7;
    });
    await closeWindow();
    await visibilityIs(false);
    expect(await tray.tooltip()).toContain('demo: running');
    await hasInMenu('Show');
    await tray.choose('Show');
    await visibilityIs(true);
    expect(await page.evaluate(() => (globalThis as { mark?: number }).mark)).toBe(7);
    await hasInMenu('Hide');
    await tray.choose('Hide');
    await visibilityIs(false);
    await tray.activate();
    await visibilityIs(true);
  });

  test('stops and starts the node; a failed start is notified, and a click opens the place', async () => {
    await desktop.app.evaluate(({ Notification }) => {
      const shown: object[] = [];
      Object.assign(globalThis, { shown });
      Notification.isSupported = () => true;
      Notification.prototype.show = function show(this: object) {
        shown.push(this);
      };
    });
    await closeWindow();
    await visibilityIs(false);
    await tray.choose('Stop the node');
    await hasInMenu('demo: stopped');
    const taken = await takePort();
    await tray.choose('Start the node');
    const notification = await eventually('a notification', () =>
      desktop.app.evaluate(() => {
        const [first] = (globalThis as unknown as { shown: { title: string; body: string }[] }).shown;
        return first && { title: first.title, body: first.body };
      }),
    );
    expect(notification.title).toBe('The node is not running');
    expect(notification.body).toContain(String(port));
    taken.close();
    await desktop.app.evaluate(() => {
      (globalThis as unknown as { shown: { emit(name: string): void }[] }).shown[0]?.emit('click');
    });
    await visibilityIs(true);
    await desktop.page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    await tray.choose('Start the node');
    await hasInMenu('Stop the node');
  });

  test('that goes away while the window is hidden brings the window back', async () => {
    await closeWindow();
    await visibilityIs(false);
    tray.close();
    await visibilityIs(true);
    const { page } = desktop;
    await goTo(page, 'Settings');
    await page.locator('#setting-closeToTray').getByText('This desktop has no tray').waitFor();
    await takePicture(page, 'settings-no-tray');
  });

  test('quits with its item, also while the window is hidden', async () => {
    tray = await FakeTray.open(bus);
    await eventually('the item is registered again', async () => (tray.items.length > 0 ? true : undefined));
    await closeWindow();
    await visibilityIs(false);
    const ended = new Promise<number | null>((resolve) => {
      desktop.app.process().once('exit', resolve);
    });
    await tray.choose('Quit');
    expect(await ended).toBe(0);
  });
});

describe('a hidden start', () => {
  const data = join(folder.path, 'hidden');
  let child: Child | undefined;

  afterEach(() => child?.stop());

  test('opens no window, not for another hidden start, and one for a link', async () => {
    tray.close();
    tray = await FakeTray.open(bus);
    const { program, args } = await desktopCommand(data, ['--demo', '--hidden']);
    child = new Child('desktop', program, args, {
      DBUS_SESSION_BUS_ADDRESS: bus.address,
      XDG_CONFIG_HOME: join(data, 'config'),
    });
    await child.line(/^Ready desktop/);
    await hasInMenu('Show');
    expect(await startAgain(data, ['--hidden'])).toBe(0);
    await hasInMenu('Show');
    expect(await startAgain(data, [SOME_ENODE])).toBe(0);
    await hasInMenu('Hide');
    await tray.choose('Quit');
    expect(await child.exited).toBe(0);
  });
});

/** Takes the node’s port, so that it cannot start. */
async function takePort(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}
