import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Child } from './child.ts';

/** A program's end: its exit code, and its output. */
export interface Ended {
  readonly code: number | null;
  readonly text: string;
}

/** Name of the user who uses the installed program. */
const USER = 'enodeck-tester';
/** The X server's cookie, in the root. */
const COOKIE = '/tmp/enodeck-test-xauthority';

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set; run: npm run test:installed`);
  return value;
}

/** The root folder that the package is installed into, with one user who is not root. */
export class InstalledRoot {
  readonly path = variable('ENODECK_ROOT');
  readonly user = USER;
  readonly home = `/home/${USER}`;

  /** The path outside of the root. */
  at(path: string): string {
    return join(this.path, path);
  }

  /** Runs a program of the root as root. */
  run(command: string, ...args: string[]): Promise<Ended> {
    return this.#end(new Child(command, 'chroot', [this.path, command, ...args], ROOT_ENVIRONMENT));
  }

  /** As `run`. @throws Error with the output when the program fails */
  async must(command: string, ...args: string[]): Promise<string> {
    const { code, text } = await this.run(command, ...args);
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${String(code)}:\n${text}`);
    return text;
  }

  /** Copies the .deb into the root and installs it with apt, together with other packages. */
  async install(...others: string[]): Promise<void> {
    await copyFile(variable('ENODECK_DEB'), this.at('/tmp/enodeck.deb'));
    await this.must('apt-get', 'update', '-qq');
    await this.must(
      'apt-get',
      ...['install', '-y', '-qq', '--no-install-recommends'],
      '/tmp/enodeck.deb',
      ...others,
    );
    await this.must('rm', '/tmp/enodeck.deb');
  }

  /** Adds the user, who sees the display of the tests. */
  async addUser(): Promise<void> {
    await this.must('useradd', '--create-home', USER);
    const cookie = process.env.XAUTHORITY;
    if (cookie !== undefined && existsSync(cookie)) await copyFile(cookie, this.at(COOKIE));
    await this.must('sh', '-c', `chown ${USER} ${COOKIE} || true`);
  }

  async removeUser(): Promise<void> {
    await this.run('userdel', '--remove', USER);
    await this.run('rm', '-f', COOKIE);
  }

  /**
   * Starts a program as the user.
   * @param display whether it sees the display
   */
  start(display: boolean, args: readonly string[], environment: Record<string, string> = {}): Child {
    const settings = {
      ...{ HOME: this.home, PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', ...environment },
      ...(display ? { DISPLAY: process.env.DISPLAY ?? '', XAUTHORITY: COOKIE } : {}),
    };
    const pairs = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    const user = `--userspec=${USER}:${USER}`;
    return new Child(args[0] ?? '', 'chroot', [user, this.path, '/usr/bin/env', '-i', ...pairs, ...args]);
  }

  /** Runs a program without a display as the user, to its end. */
  runAsUser(args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
    return this.#end(this.start(false, args, environment));
  }

  /** Paths with this word in their name, of a file system that has no process in it. */
  async pathsWith(word: string): Promise<string[]> {
    const text = await this.must('find', '/', '-xdev', '-iname', `*${word}*`);
    return text.split('\n').filter((path) => path !== '');
  }

  async #end(child: Child): Promise<Ended> {
    const code = await child.exited;
    return { code, text: child.lines.join('\n') };
  }
}

const ROOT_ENVIRONMENT = {
  DEBIAN_FRONTEND: 'noninteractive',
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
};

/** A running process, from /proc. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  /** The lines of /proc/<pid>/status. */
  readonly status: string;
}

/** The processes that run this executable; its path is that inside of a root. */
export function processesOf(executable: string): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        if (!readlinkSync(`/proc/${name}/exe`).endsWith(executable)) return [];
        const status = readFileSync(`/proc/${name}/status`, 'utf8');
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const parent = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
        return [{ pid: Number(name), parent, command, status }];
      } catch {
        // The process has ended.
        return [];
      }
    });
}
