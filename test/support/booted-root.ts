import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Child, run } from './child.ts';
import { eventually } from './eventually.ts';
import type { InstalledRoot } from './installed-root.ts';

/** Whose service: the system's, or one that the manager of the root's user runs. */
export type ServiceManager = 'system' | 'user';

const unitOf = (manager: ServiceManager): string => `/usr/lib/systemd/${manager}/enodeck.service`;
const dropInOf = (manager: ServiceManager): string => `/etc/systemd/${manager}/enodeck.service.d/test.conf`;

/** Its users have a manager from the boot on, as after `loginctl enable-linger`. */
const LINGER = '/var/lib/systemd/linger';

/** The container mounts its own /proc only where there is none; that of the tests has other process IDs. */
const WITHOUT_MOUNTS = 'umount "$1/proc" "$1/dev/shm"; shift; exec "$@"';

/** Time limit of a program in the container, seconds. */
const LIMIT_S = '60';

/** A root whose systemd runs in a container without a network besides loopback. */
export class BootedRoot {
  readonly #root: InstalledRoot;
  readonly #container: Child;
  readonly #systemd: number;

  private constructor(root: InstalledRoot, container: Child, systemd: number) {
    this.#root = root;
    this.#container = container;
    this.#systemd = systemd;
  }

  /** Boots the root, in which the user of the tests has a manager for services. */
  static async boot(root: InstalledRoot): Promise<BootedRoot> {
    mkdirSync(root.at(LINGER), { recursive: true });
    writeFileSync(root.at(`${LINGER}/${root.user}`), '');
    const container = new Child('systemd-nspawn', 'unshare', [
      ...['--mount', 'sh', '-c', WITHOUT_MOUNTS, 'sh', root.path, 'systemd-nspawn'],
      ...['--directory', root.path, '--boot', '--private-network', '--console=pipe'],
      ...['--register=no', '--keep-unit', '--link-journal=no'],
    ]);
    try {
      // nspawn's first child prepares the container; systemd is the one that takes over.
      const init = (): Promise<number | undefined> =>
        Promise.resolve(childrenOf(container.pid).find((pid) => nameOf(pid) === 'systemd'));
      const booted = new BootedRoot(
        root,
        container,
        await eventually('systemd runs', init, { child: container }),
      );
      const ready = async (): Promise<string> => booted.systemctl('user', 'is-active', 'default.target');
      await eventually('the user has a manager', ready, { child: container });
      return booted;
    } catch (error) {
      await container.kill();
      throw error;
    }
  }

  /** Runs a program in the container as root; its output. */
  async run(command: string, ...args: string[]): Promise<string> {
    const enter = ['nsenter', '-t', String(this.#systemd), '-m', '-p', '-n', '-i', '-u', command, ...args];
    return (await run(command, 'timeout', ['--kill-after=1', LIMIT_S, ...enter])).lines.join('\n');
  }

  /** Runs a program as the user of the tests, who has a manager; its output. */
  async runAsUser(command: string, ...args: string[]): Promise<string> {
    const uid = await this.run('id', '--user', this.#root.user);
    const settings = [`XDG_RUNTIME_DIR=/run/user/${uid}`, `HOME=${this.#root.home}`];
    return this.run('runuser', '-u', this.#root.user, '--', 'env', ...settings, command, ...args);
  }

  /** Runs systemctl; its output. */
  async systemctl(manager: ServiceManager, ...args: string[]): Promise<string> {
    return manager === 'system'
      ? this.run('systemctl', ...args)
      : this.runAsUser('systemctl', '--user', ...args);
  }

  /** Starts the service, now and at each boot, with further arguments of its command. Resolves when it is ready. */
  async startService(manager: ServiceManager, args: readonly string[]): Promise<void> {
    const file = this.#root.at(dropInOf(manager));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, dropIn(readFileSync(this.#root.at(unitOf(manager)), 'utf8'), args));
    await this.systemctl(manager, 'daemon-reload');
    await this.systemctl(manager, 'enable', '--now', 'enodeck.service');
    await this.serviceIsReady(manager);
  }

  /** Resolves when the process of the service has printed the URL of its page. */
  async serviceIsReady(manager: ServiceManager): Promise<void> {
    await eventually(`the service of the ${manager} is ready`, async () => {
      const pid = await this.property(manager, 'MainPID');
      const log = await this.run('journalctl', '--boot', `_PID=${pid}`, '--output=cat');
      return /^Ready http/m.exec(log) ?? undefined;
    });
  }

  /** A property of the service. */
  async property(manager: ServiceManager, name: string): Promise<string> {
    return this.systemctl(manager, 'show', '--value', '--property', name, 'enodeck.service');
  }

  /** Halts the container and takes its configuration away. */
  async powerOff(): Promise<void> {
    await this.#container.stop('SIGTERM');
    for (const manager of ['system', 'user'] as const) {
      rmSync(this.#root.at(dirname(dropInOf(manager))), { recursive: true, force: true });
    }
    rmSync(this.#root.at(LINGER), { recursive: true, force: true });
  }
}

/** The unit's own command with further arguments. */
function dropIn(unit: string, args: readonly string[]): string {
  const command = /^ExecStart=.*$/m.exec(unit)?.[0] ?? '';
  return `[Service]\nExecStart=\n${command} ${args.map((arg) => `"${arg}"`).join(' ')}\n`;
}

const nameOf = (pid: number): string => readFileSync(`/proc/${String(pid)}/comm`, 'utf8').trim();

function childrenOf(pid: number): number[] {
  const file = `/proc/${String(pid)}/task/${String(pid)}/children`;
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number);
}
