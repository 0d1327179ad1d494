import { execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleProgram } from '../../support/bundle.ts';
import { Child } from '../../support/child.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Inside the project, so that the built program finds its packages. */
const OUT = join(import.meta.dirname, '../../../node_modules/.cache/enodeck-headless');

let program: string;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  await mkdir(OUT, { recursive: true });
  program = await bundleProgram(join(import.meta.dirname, '../../../src-main/headless.ts'), OUT);
});
afterAll(() => rm(OUT, { recursive: true, force: true }));

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
  await folder.remove();
});

/** The flags of a node on loopback without bootnodes. */
const flagsOf = (...flags: readonly string[]): readonly string[] => [
  ...['--datadir', folder.path, '--addr', '127.0.0.1', '--port', '0', '--http.port', '0'],
  ...['--bootnodes', '', '--netrestrict', '127.0.0.0/8', '--discovery.dns', ''],
  ...['--verbosity', 'error', ...flags],
];

function node(...flags: readonly string[]): Child {
  const child = new Child('enodeck', process.execPath, [program, ...flagsOf(...flags)]);
  ends.push(() => child.stop());
  return child;
}

/** The output, without the log, and the exit code of a program that does not start. */
async function refusal(...flags: readonly string[]): Promise<{ said: string[]; code: number | null }> {
  const child = node(...flags);
  const code = await child.exited;
  return { said: child.lines.filter((line) => line.startsWith('enodeck:')), code };
}

describe('the headless program', () => {
  it.skipIf(process.platform === 'win32')('exits with 0 after SIGINT and SIGTERM', async () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const child = node();
      await child.line(/^Ready http/);
      expect(await child.stop(signal)).toBe(0);
    }
  });

  it.skipIf(process.platform === 'win32')('reads its files again at a SIGHUP, and goes on', async () => {
    const child = node('--verbosity', 'info');
    await child.line(/^Ready http/);
    await writeFile(join(folder.path, 'settings.json'), JSON.stringify({ version: 2, dialRatio: 4 }));
    child.signal('SIGHUP');
    await child.line(/reload a setting changed in its file setting=dialRatio from=3 to=4/);
    await child.line(/reload files were read again/);
    expect(await child.stop('SIGTERM')).toBe(0);
  });

  it.skipIf(process.platform === 'win32')('goes on when nobody reads its output any more', async () => {
    const args = [program, ...flagsOf('--verbosity', 'info')];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    ends.push(async () => child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    child.stderr.destroy();
    child.kill('SIGHUP');
    const log = join(folder.path, 'logs', 'enodeck.log');
    const logged = async (): Promise<string> => await readFile(log, 'utf8').catch(() => '');
    await eventually(
      'the lines that nobody reads',
      async () => (await logged()).includes('were read again') || undefined,
    );
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('reports that its TCP or UDP port is in use', async () => {
    const tcp = createServer().listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    ends.push(async () => tcp.close());
    const address = tcp.address() as { port: number };
    const byTcp = await refusal('--port', String(address.port));
    expect(byTcp).toEqual({
      code: 1,
      said: [expect.stringContaining(`TCP port ${String(address.port)} is in use`)],
    });
    const udp = createSocket('udp4').bind(0, '127.0.0.1');
    await once(udp, 'listening');
    ends.push(async () => udp.close());
    const byUdp = await refusal('--port', String(udp.address().port));
    expect(byUdp).toEqual({
      code: 1,
      said: [expect.stringContaining(`UDP port ${String(udp.address().port)} is in use`)],
    });
  });

  it('reports a data folder that another process uses, or that is a file', async () => {
    const first = node();
    await first.line(/^Ready http/);
    expect(await refusal()).toEqual({
      code: 1,
      said: [`enodeck: Another process uses the data folder ${folder.path}.`],
    });
    expect(await first.stop()).toBe(0);
    await writeFile(join(folder.path, 'file'), '');
    expect(await refusal('--datadir', join(folder.path, 'file'))).toEqual({
      code: 1,
      said: [expect.stringContaining('is, or lies below, a file')],
    });
  });

  it.each([
    ['nodekey', '0123\n', 'must hold 64 hex digits'],
    ['settings.json', '{\n  "version": 1,\n  "maxPeers": -1\n}\n', 'maxPeers'],
    ['nodes.json', '{ "version": 1, "static": [ 7 ] }\n', 'static'],
  ])('reports what is wrong with %s, and does not change the file', async (name, content, reason) => {
    const file = join(folder.path, name);
    await writeFile(file, content);
    const { said, code } = await refusal();
    expect(code).toBe(1);
    expect(said).toEqual([expect.stringContaining(file)]);
    expect(said[0]).toContain(reason);
    expect(await readFile(file, 'utf8')).toBe(content);
  });

  it.skipIf(process.platform === 'win32').each(['--nodekey', '--genesis'])(
    'refuses a named pipe for %s at once and does not wait for a writer',
    async (flag) => {
      const pipe = join(folder.path, 'pipe');
      await promisify(execFile)('mkfifo', [pipe]);
      const { said, code } = await refusal(flag, pipe);
      expect(code).toBe(1);
      expect(said).toEqual([expect.stringContaining(`${pipe} is a named pipe, not a file`)]);
    },
  );

  it('converts a file of nodes to another format, or names its bad line', async () => {
    const file = join(folder.path, 'static-nodes.json');
    await writeFile(file, '[\n]');
    const convert = (to: string): Child =>
      new Child('enodeck', process.execPath, [program, 'nodes', 'convert', file, '--to', to]);
    const good = convert('toml');
    expect(await good.exited).toBe(0);
    expect(good.lines).toEqual(['[Node.P2P]', 'StaticNodes = []']);
    await writeFile(file, '[\n"x"\n]');
    const bad = convert('lines');
    expect(await bad.exited).toBe(2);
    expect(bad.lines).toEqual([expect.stringContaining(`enodeck: ${file}, line 2: `)]);
  });

  it.each([
    [['--maxpeers', 'many'], '--maxpeers'],
    [['--nonsense'], '--nonsense'],
    [['--bootnodes', 'enode://12@1.2.3.4:5'], '--bootnodes'],
  ])('names the wrong option of %j', async (flags, name) => {
    const { said, code } = await refusal(...flags);
    expect(code).toBe(2);
    expect(said).toEqual([expect.stringContaining(name)]);
  });
});
