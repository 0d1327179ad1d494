import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Child, run } from './child.ts';
import { eventually } from './eventually.ts';
import type { InstalledRoot } from './installed-root.ts';

const UNIT = '/usr/lib/systemd/system/enodeck.service';
const WANTED = '/etc/systemd/system/multi-user.target.wants/enodeck.service';
const DROP_IN = '/etc/systemd/system/enodeck.service.d/test.conf';

/** The container mounts its own /proc only where there is none; that of the tests has other process IDs. */
const WITHOUT_MOUNTS = 'umount "$1/proc" "$1/dev/shm"; shift; exec "$@"';

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

  /** Boots the root with the service enabled, whose command has these additional arguments. */
  static async boot(root: InstalledRoot, args: readonly string[]): Promise<BootedRoot> {
    mkdirSync(dirname(root.at(DROP_IN)), { recursive: true });
    mkdirSync(dirname(root.at(WANTED)), { recursive: true });
    writeFileSync(root.at(DROP_IN), dropIn(root, args));
    symlinkSync(UNIT, root.at(WANTED));
    const container = new Child('systemd-nspawn', 'unshare', [
      ...['--mount', 'sh', '-c', WITHOUT_MOUNTS, 'sh', root.path, 'systemd-nspawn'],
      ...['--directory', root.path, '--boot', '--private-network', '--console=pipe'],
      ...['--register=no', '--keep-unit', '--link-journal=no'],
    ]);
    try {
      // nspawn's first child prepares the container; systemd is the one that takes over.
      const booted = (): Promise<number | undefined> =>
        Promise.resolve(childrenOf(container.pid).find((pid) => nameOf(pid) === 'systemd'));
      return new BootedRoot(root, container, await eventually('systemd runs', booted, { child: container }));
    } catch (error) {
      await container.kill();
      throw error;
    }
  }

  /** Runs a program in the container; its output. */
  async run(command: string, ...args: string[]): Promise<string> {
    const enter = [
      '--kill-after=1',
      '10',
      'nsenter',
      '-t',
      String(this.#systemd),
      '-m',
      '-p',
      '-n',
      '-i',
      '-u',
      command,
      ...args,
    ];
    return (await run(command, 'timeout', enter)).lines.join('\n');
  }

  /** A property of the service. */
  async property(name: string): Promise<string> {
    return this.run('systemctl', 'show', '--value', '--property', name, 'enodeck.service');
  }

  /** Halts the container and takes its configuration away. */
  async powerOff(): Promise<void> {
    await this.#container.stop('SIGTERM');
    rmSync(this.#root.at(dirname(DROP_IN)), { recursive: true, force: true });
  }
}

/** The unit's own command with further arguments. */
function dropIn(root: InstalledRoot, args: readonly string[]): string {
  const command = /^ExecStart=.*$/m.exec(readFileSync(root.at(UNIT), 'utf8'))?.[0] ?? '';
  return `[Service]\nExecStart=\n${command} ${args.map((arg) => `"${arg}"`).join(' ')}\n`;
}

const nameOf = (pid: number): string => readFileSync(`/proc/${String(pid)}/comm`, 'utf8').trim();

function childrenOf(pid: number): number[] {
  const file = `/proc/${String(pid)}/task/${String(pid)}/children`;
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number);
}
