import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NETWORKS, type Network } from '../../../src-main/chain/networks.ts';
import { parseCommandLine } from '../../../src-main/cli/cli.ts';
import { compose, type Application } from '../../../src-main/compose/application.ts';
import { enodeUrlOf } from '../../../src-main/node-record/node-factory.ts';
import { eventually } from '../../support/eventually.ts';
import { startedNodes } from '../../support/started-nodes.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { ethOf } from '../../support/testchain-node.ts';

const { sepolia } = NETWORKS;
/** A time that has passed, at an epoch as all of the network's forks are. */
const PASSED = sepolia.forkTimes.at(-1)! + 384n * 100n;
/** The network as the next release has it. */
const NEWER: Network = { ...sepolia, forkTimes: [...sepolia.forkTimes, PASSED] };

const nodes = startedNodes();
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const running: Application[] = [];

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  for (const application of running.splice(0)) await application.stop();
  await folder.remove();
});

/** Nodes of the next release, each in a /24 of loopback of its own; their enode URLs. */
async function newerNodes(count: number): Promise<string[]> {
  const urls: string[] = [];
  for (let number = 1; number <= count; number++) {
    const listenAt = [{ ip: `127.0.${String(number)}.1`, port: 0 }];
    const node = await nodes.node({ protocols: ethOf(NEWER), listenAt });
    urls.push(enodeUrlOf({ ...node.node(), ip: listenAt[0]!.ip }));
  }
  return urls;
}

/** Our node on loopback alone, which dials these. */
async function start(urls: readonly string[], ...flags: string[]): Promise<Application> {
  const args = [
    ...['--datadir', join(folder.path, 'ours'), '--sepolia', '--nodiscover', '--http.port', '0'],
    ...['--nat', 'none', '--netrestrict', '127.0.0.0/8,::1/128', '--bootnodes', '', '--discovery.dns', ''],
    ...['--addr', '127.0.0.1', '--port', '0', '--staticnodes', urls.join(','), ...flags],
  ];
  const launch = parseCommandLine(args, {}, { mode: 'headless', version: '0' });
  if (launch.kind !== 'run') throw new Error('not a command line to run');
  const application = await compose(launch.options, {
    mode: 'headless',
    environment: {},
    logSinks: [],
    pageFolder: join(folder.path, 'no-page'),
  });
  running.push(application);
  await application.start();
  return application;
}

describe('a node whose version does not know the fork that others are on', () => {
  test('says so, with hash and time, instead of blaming them; and has them as peers once the fork is set', async () => {
    const urls = await newerNodes(5);
    const { backend } = await start(urls);
    const line = await eventually('the health list tells of the fork', () =>
      Promise.resolve(backend.status().health.find(({ id }) => id === 'unknown-fork')),
    );
    expect(line.title).toBe('This version of Enodeck does not know the fork that 5 peers are on');
    expect(line.evidence).toMatch(new RegExp(`^fork hash 0x[0-9a-f]{8}, at ${String(PASSED)} \\(`));
    expect(line.advice).toContain(`NAME=${String(PASSED)}`);
    const cause = await eventually('the trace has the cause', () =>
      Promise.resolve(backend.why.trace(urls[0]!).cause ?? undefined),
    );
    expect(cause).toMatchObject({ code: 'unknown-fork', fault: 'ours' });
    await running.pop()?.stop();

    const { backend: mended } = await start(urls, '--override.fork', `next=${String(PASSED)}`);
    await eventually('all are peers', () => Promise.resolve(mended.peers().length === 5 || undefined));
    const { health, network } = mended.status();
    expect(health.find(({ id }) => id === 'unknown-fork')).toBeUndefined();
    expect(health.find(({ id }) => id === 'fork-overrides')?.evidence).toBe(`next=${String(PASSED)}`);
    expect(network.forkOverrides).toEqual([`next=${String(PASSED)}`]);
  });

  test('does not say so of four', async () => {
    const urls = await newerNodes(4);
    const { backend } = await start(urls);
    await eventually('all were refused', () =>
      Promise.resolve(urls.every((url) => backend.why.trace(url).cause?.code === 'wrong-fork') || undefined),
    );
    expect(backend.status().health.find(({ id }) => id === 'unknown-fork')).toBeUndefined();
  });
});
