import { readdirSync, readFileSync, statSync } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BootedRoot, type ServiceManager } from '../support/booted-root.ts';
import type { Child } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';
import { SOME_ENODE } from '../support/fake-backend.ts';
import { InstalledRoot, processesOf, type Process } from '../support/installed-root.ts';
import { jsonRpc } from '../support/json-rpc-client.ts';
import { freePort } from '../support/loopback-ports.ts';
import { goTo, waitForRows } from '../support/window-steps.ts';
import { takePicture } from '../support/window.ts';

const APPLICATION = '/usr/lib/enodeck';
const BINARY = `${APPLICATION}/enodeck`;
const TOKEN = 'a-token-of-the-tests';
/** The demo with all other ways to the outside off too. */
const DEMO = ['--demo', '--nat', 'none', '--bootnodes', '', '--discovery.dns', ''];

/** The same for a service, at a free port. */
const SERVED_DEMO = [...DEMO, '--http.port', '0'];
/** The .rpm in the root; its folder /tmp is another one in the container. */
const RPM = '/var/tmp/enodeck-test.rpm';

const root = new InstalledRoot();
/** Processes that a failed test leaves. */
const running = new Set<Child>();

afterAll(async () => {
  for (const child of running) await child.kill();
  await root.removeUser();
});

/** Whether the root can be booted as a container. */
const boots = process.env['ENODECK_BOOT'] === '1';
/** The .rpm; undefined where it cannot be made or tested. */
const rpm = process.env['ENODECK_RPM'];

/** Paths of Enodeck in the root, except data of the user and of the service. */
async function leftBehind(): Promise<string[]> {
  const places = [root.home, '/var/lib/private/enodeck', '/var/tmp/systemd-private-'];
  const paths = await root.pathsWith('enodeck');
  return paths.filter((path) => !path.includes('test') && !places.some((place) => path.startsWith(place)));
}

const uidOf = ({ status }: Process): number => Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);

/** Whether a process may write to the file system that it has mounted at a path: ro or rw. */
function mountOptionOf({ pid }: Process, path: string): string | undefined {
  const mounts = readFileSync(`/proc/${String(pid)}/mountinfo`, 'utf8').split('\n');
  // The last one covers the others. https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
  return mounts
    .findLast((line) => line.split(' ')[4] === path)
    ?.split(' ')[5]
    ?.split(',')[0];
}

interface Fuses {
  readFuses: (
    file: string,
  ) => Promise<{ readonly name: string; readonly on: boolean; readonly wanted: boolean }[]>;
}

// The tests are the life of one installation, in order.
describe('the .deb', () => {
  test('is installed by apt, with all libraries of its programs and a valid service', async () => {
    const others = [
      ...(boots ? ['systemd-sysv', 'dbus', 'libpam-systemd'] : []),
      ...(rpm === undefined ? [] : ['rpm']),
    ];
    const desktop = ['desktop-file-utils', 'xdg-utils', 'libglib2.0-bin', 'fonts-dejavu-core'];
    await root.install('systemd', ...others, ...desktop);
    await root.addUser();
    const programs = readdirSync(root.at(APPLICATION)).filter((name) => /^enodeck$|^chrome_|\.so/.test(name));
    const { text: libraries } = await root.run('sh', '-c', `cd ${APPLICATION} && ldd ${programs.join(' ')}`);
    expect(libraries).toContain('libgtk-3.so.0 =>');
    await root.must('systemd-analyze', 'verify', '--man=no', '/usr/lib/systemd/system/enodeck.service');
    expect(libraries.split('\n').filter((line) => line.includes('not found'))).toEqual([]);
  });

  test('has the fuses of the configuration in its binary', async () => {
    const file = resolve(import.meta.dirname, '../../build/package/fuses.mjs');
    const { readFuses } = (await import(pathToFileURL(file).href)) as Fuses;
    const fuses = await readFuses(root.at(BINARY));
    expect(fuses.map(({ name, on }) => [name, on])).toEqual([
      ['runAsNode', false],
      ['enableCookieEncryption', true],
      ['enableNodeOptionsEnvironmentVariable', false],
      ['enableNodeCliInspectArguments', false],
      ['enableEmbeddedAsarIntegrityValidation', true],
      ['onlyLoadAppFromAsar', true],
      ['loadBrowserProcessSpecificV8Snapshot', false],
      ['grantFileProtocolExtraPrivileges', false],
    ]);
  });

  test('does not run as Node, and loads no application from a folder', async () => {
    const script = ['-p', '"node " + "runs"'];
    const { text } = await root.runAsUser([BINARY, ...script], { ELECTRON_RUN_AS_NODE: '1' });
    expect(text).not.toContain('node runs');
    expect(readdirSync(root.at(`${APPLICATION}/resources`)).sort()).toEqual([
      'NOTICES.txt',
      'app.asar',
      'app.asar.unpacked',
    ]);
  });

  test('contains only files of root, one setuid program, and native modules of this platform', async () => {
    const foreign = await root.must(
      'find',
      APPLICATION,
      '(',
      '!',
      '-user',
      'root',
      '-o',
      '-perm',
      '/022',
      ')',
      '!',
      '-type',
      'l',
    );
    expect(foreign).toBe('');
    const setuid = await root.must('find', APPLICATION, '-perm', '/6000');
    expect(setuid).toBe(`${APPLICATION}/chrome-sandbox`);
    const natives = await root.must('find', `${APPLICATION}/resources`, '-name', '*.node', '-printf', '%f\n');
    expect(natives.split('\n').sort()).toEqual([
      'classic-level.node',
      'secp256k1.glibc.node',
      'snappy.linux-x64-gnu.node',
    ]);
  });

  test('names the licences of what it contains', () => {
    const notices = readFileSync(root.at(`${APPLICATION}/resources/NOTICES.txt`), 'utf8');
    for (const name of ['vue@', 'fastify@', '@ethereumjs/rlp@', '@fontsource-variable/inter@']) {
      expect(notices).toContain(`\n${name}`);
    }
    expect(statSync(root.at(`${APPLICATION}/LICENSES.chromium.html`)).size).toBeGreaterThan(1e6);
    expect(statSync(root.at(`${APPLICATION}/LICENSE.electron.txt`)).size).toBeGreaterThan(500);
  });

  test('is known to the desktop: its entry, links, file types and icons', async () => {
    await root.must('desktop-file-validate', '/usr/share/applications/enodeck.desktop');
    const handlers = readFileSync(root.at('/usr/share/applications/mimeinfo.cache'), 'utf8');
    expect(handlers).toContain('x-scheme-handler/enode=enodeck.desktop;');
    expect(handlers).toContain('x-scheme-handler/enr=enodeck.desktop;');
    const types = readFileSync(root.at('/usr/share/mime/globs'), 'utf8');
    expect(types).toContain('application/x-enodeck-recording+jsonl:');
    expect(statSync(root.at('/usr/share/icons/hicolor/256x256/apps/enodeck.png')).size).toBeGreaterThan(
      1_000,
    );
  });
});

describe('enodeck-headless without a display', () => {
  test('prints its version, also as enodeck, which names it when there is no display', async () => {
    const version = await root.runAsUser(['enodeck-headless', '--version']);
    expect(version.text).toMatch(/^\d+\.\d+\.\d+$/);
    expect(version.code).toBe(0);
    expect(await root.runAsUser(['enodeck', '--version'])).toEqual(version);
    const { code, text } = await root.runAsUser(['enodeck']);
    expect([code, text]).toEqual([1, expect.stringContaining('enodeck-headless')]);
  });

  test('refuses an unknown option with code 2', async () => {
    const { code, text } = await root.runAsUser(['enodeck-headless', '--no-such-option']);
    expect([code, text]).toEqual([2, "enodeck: Unknown option '--no-such-option'"]);
  });

  test('runs the demo in one process, and ends in order', async () => {
    const node = root.start(false, [
      ...['enodeck-headless', ...DEMO, '--port', String(await freePort())],
      ...['--http.port', String(await freePort()), '--http.token', TOKEN],
    ]);
    running.add(node);
    const [, url = ''] = await node.line(/^Ready (http:\S+)/);
    const peers = await eventually('a session', async () => {
      const sessions = await jsonRpc<unknown[]>(`${new URL(url).origin}/rpc`, 'admin_peers', [], TOKEN);
      return sessions.length > 0 ? sessions.length : undefined;
    });
    expect(peers).toBeGreaterThan(0);
    expect(processesOf(BINARY).map(({ pid }) => pid)).toEqual([node.pid]);
    expect(await node.stop('SIGTERM')).toBe(0);
    running.delete(node);
    expect(
      readdirSync(root.at('/tmp')).filter((name) => name.startsWith('enodeck-') && !name.includes('test')),
    ).toEqual([]);
  });
});

describe('enodeck with a display', () => {
  let program: Child;
  let browser: Browser;
  let page: Page;

  test('opens its window, in Chromium’s sandbox', async () => {
    const port = await freePort();
    program = root.start(true, [
      ...['enodeck', ...DEMO, '--port', String(await freePort())],
      `--remote-debugging-port=${String(port)}`,
    ]);
    running.add(program);
    await program.line(/^Ready desktop/);
    browser = await chromium.connectOverCDP(`http://127.0.0.1:${String(port)}`);
    page = await eventually('the window', async () => browser.contexts()[0]?.pages()[0]);
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    const renderers = processesOf(BINARY).filter(({ command }) => command.includes('--type=renderer'));
    expect(renderers.length).toBeGreaterThan(0);
    for (const { command, status } of renderers) {
      expect(command).not.toContain('--no-sandbox');
      expect(status).toMatch(/^Seccomp:\s+2$/m);
      expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    }
  });

  test('shows its sessions', async () => {
    await goTo(page, 'Peers');
    await waitForRows(page, 'Peers', 2);
    await takePicture(page, 'installed');
  });

  test.each(['xdg-open', 'gio open'])(
    'shows the node of an enode link that the desktop opens: %s',
    async (opener) => {
      // The handler is the application that runs, or else another demo.
      const desktop = root.start(true, [...opener.split(' '), SOME_ENODE], {
        ENODECK_DEMO: 'true',
        ENODECK_NAT: 'none',
      });
      running.add(desktop);
      expect(await desktop.exited).toBe(0);
      running.delete(desktop);
      const preview = page.getByRole('dialog', { name: 'Add nodes', exact: true });
      await preview.getByText('192.0.2.7:30303').waitFor();
      await takePicture(page, `installed-link-${opener}`);
      await page.keyboard.press('Escape');
      await preview.waitFor({ state: 'hidden' });
    },
  );

  test('ends on SIGTERM', async () => {
    await browser.close();
    expect(await program.stop('SIGTERM')).toBe(0);
    running.delete(program);
    expect(processesOf(BINARY)).toEqual([]);
  });
});

if (boots) {
  describe('the services', () => {
    let booted: BootedRoot;

    beforeAll(async () => {
      booted = await BootedRoot.boot(root);
    });

    afterAll(async () => {
      await booted.powerOff();
    });

    /** The process of the only service. */
    function onlyProcess(): Process {
      const [service, ...others] = processesOf(BINARY);
      expect(others).toEqual([]);
      if (service === undefined) throw new Error('The service has no process.');
      expect(service.status).toMatch(/^CapEff:\s+0+$/m);
      expect(service.status).toMatch(/^NoNewPrivs:\s+1$/m);
      expect(service.status).toMatch(/^Seccomp:\s+2$/m);
      return service;
    }

    async function expectOrderlyEnd(manager: ServiceManager): Promise<void> {
      await booted.systemctl(manager, 'stop', 'enodeck.service');
      const end = [
        await booted.property(manager, 'Result'),
        await booted.property(manager, 'ExecMainStatus'),
      ];
      expect(end).toEqual(['success', '0']);
      expect(processesOf(BINARY)).toEqual([]);
    }

    test('the system’s runs as a user of its own with no rights, and ends in order', async () => {
      await booted.startService('system', SERVED_DEMO);
      // https://systemd.io/UIDS-GIDS: dynamic users
      const uid = uidOf(onlyProcess());
      expect(uid).toBeGreaterThanOrEqual(61_184);
      expect(uid).toBeLessThanOrEqual(65_519);
      await expectOrderlyEnd('system');
      expect(statSync(root.at('/var/lib/private/enodeck')).mode & 0o777).toBe(0o700);
    });

    test('a user’s has nothing of the home folder but its data, and ends in order', async () => {
      const unit = '/usr/lib/systemd/user/enodeck.service';
      expect(await booted.runAsUser('systemd-analyze', '--user', 'verify', '--man=no', unit)).toBe('');
      await booted.runAsUser('touch', `${root.home}/secret`);
      await booted.startService('user', SERVED_DEMO);
      const service = onlyProcess();
      expect(uidOf(service)).toBe(Number(await booted.run('id', '--user', root.user)));
      expect(readdirSync(root.at(root.home))).toContain('secret');
      expect(readdirSync(`/proc/${String(service.pid)}/root${root.home}`)).toEqual(['.local']);
      const data = `${root.home}/.local/share/enodeck`;
      expect(['/', root.home, data].map((place) => mountOptionOf(service, place))).toEqual([
        'ro',
        'ro',
        'rw',
      ]);
      expect(await booted.property('user', 'MemoryMax')).toBe(String(2 ** 30));
      await expectOrderlyEnd('user');
      expect(readdirSync(root.at(data))).toContain('demo');
      await booted.systemctl('user', 'disable', 'enodeck.service');
    });
  });
}

describe('the removal', () => {
  test('leaves the data of the user and of the service, and nothing else', async () => {
    await root.must('apt-get', 'purge', '-y', '-qq', 'enodeck');
    expect(statSync(root.at(`${root.home}/.local/share/enodeck`)).isDirectory()).toBe(true);
    expect(await leftBehind()).toEqual(boots ? ['/var/lib/enodeck'] : []);
    const handlers = readFileSync(root.at('/usr/share/applications/mimeinfo.cache'), 'utf8');
    expect(handlers).not.toContain('enodeck');
  });
});

// Its scripts need a running systemd. Debian's rpm knows no package for the libraries.
if (rpm !== undefined) {
  test('the .rpm is installed, upgraded and erased with its scripts, which restart and end its service', async () => {
    await copyFile(rpm, root.at(RPM));
    const booted = await BootedRoot.boot(root);
    const rpmInRoot = (...args: string[]): Promise<string> =>
      booted.run('rpm', '--force-debian', '--nodeps', ...args);
    try {
      await rpmInRoot('--install', RPM);
      await booted.startService('system', SERVED_DEMO);
      const before = await booted.property('system', 'MainPID');
      await rpmInRoot('--upgrade', '--force', RPM);
      await booted.serviceIsReady('system');
      expect(await booted.property('system', 'MainPID')).not.toBe(before);
      expect(await rpmInRoot('--erase', 'enodeck')).toBe('');
      expect(processesOf(BINARY)).toEqual([]);
      expect(await booted.property('system', 'LoadState')).toBe('not-found');
    } finally {
      await booted.powerOff();
      await rm(root.at(RPM));
    }
    expect(await leftBehind()).toEqual(['/var/lib/enodeck']);
  });
}
