import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { openFromSystem } from '../../../src-main/desktop/open-from-system.ts';

class FakeApp extends EventEmitter {
  readonly registered: unknown[][] = [];
  isPackaged: boolean;
  #isDefault: boolean;
  constructor(isPackaged: boolean, isDefault = false) {
    super();
    this.isPackaged = isPackaged;
    this.#isDefault = isDefault;
  }
  isDefaultProtocolClient(): boolean {
    return this.#isDefault;
  }
  setAsDefaultProtocolClient(...args: unknown[]): boolean {
    this.registered.push(args);
    return true;
  }
}

function start(app: FakeApp, platform: NodeJS.Platform, env: NodeJS.ProcessEnv = {}): string[] {
  const opened: string[] = [];
  const process = { platform, execPath: 'C:\\enodeck.exe', env };
  openFromSystem(app as never, process, (operand) => opened.push(operand));
  return opened;
}

test('links and files of macOS are opened, and its own handling is prevented', () => {
  const app = new FakeApp(true);
  const opened = start(app, 'darwin');
  let prevented = 0;
  const event = { preventDefault: () => (prevented += 1) };
  app.emit('open-url', event, 'enode://x');
  app.emit('open-file', event, '/tmp/nodes.json');
  expect(opened).toEqual(['enode://x', '/tmp/nodes.json']);
  expect(prevented).toBe(2);
});

test('a packaged application registers both schemes where the package cannot', () => {
  const [mac, windows, linux] = [new FakeApp(true), new FakeApp(true), new FakeApp(true)];
  start(mac, 'darwin');
  start(windows, 'win32');
  start(linux, 'linux');
  expect(mac.registered).toEqual([['enode'], ['enr']]);
  expect(windows.registered).toEqual([
    ['enode', 'C:\\enodeck.exe', ['--']],
    ['enr', 'C:\\enodeck.exe', ['--']],
  ]);
  expect(linux.registered).toEqual([]);
});

test('a portable program registers the file of the user, not its temporary copy', () => {
  const app = new FakeApp(true);
  start(app, 'win32', { PORTABLE_EXECUTABLE_FILE: 'D:\\Enodeck.exe' });
  expect(app.registered[0]).toEqual(['enode', 'D:\\Enodeck.exe', ['--']]);
});

test('a build that is not installed, or is registered already, registers nothing', () => {
  const [unpackaged, registered] = [new FakeApp(false), new FakeApp(true, true)];
  start(unpackaged, 'win32');
  start(registered, 'win32');
  expect([...unpackaged.registered, ...registered.registered]).toEqual([]);
});
