import { describe, expect, test } from 'vitest';
import { NETWORKS, type Network } from '../../../src-main/chain/networks.ts';
import type { Application } from '../../../src-main/compose/application.ts';
import { enodeUrlOf } from '../../../src-main/node-record/node-factory.ts';
import { eventually } from '../../support/eventually.ts';
import { startedNodes } from '../../support/started-nodes.ts';
import { startedApplications } from '../../support/started-applications.ts';
import { ethOf } from '../../support/testchain-node.ts';

const { sepolia } = NETWORKS;
/** A time that has passed, at an epoch as all of the network's forks are. */
const PASSED = sepolia.forkTimes.at(-1)! + 384n * 100n;
/** The network of the next release. */
const NEWER: Network = { ...sepolia, forkTimes: [...sepolia.forkTimes, PASSED] };

const nodes = startedNodes();
const applications = startedApplications();

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

/** Our node, with these static nodes. */
const start = (urls: readonly string[], ...flags: string[]): Promise<Application> =>
  applications.start('ours', '--sepolia', '--nodiscover', '--staticnodes', urls.join(','), ...flags);

describe('a node whose version does not know the fork of its peers', () => {
  test('reports fork hash and time as its own fault, and connects once the fork is configured', async () => {
    const urls = await newerNodes(5);
    const application = await start(urls);
    const { backend } = application;
    const line = await eventually('the health list names the fork', () =>
      Promise.resolve(backend.status().health.find(({ id }) => id === 'unknown-fork')),
    );
    expect(line.title).toBe('This version of Enodeck does not know the fork that 5 peers are on');
    expect(line.evidence).toMatch(new RegExp(`^fork hash 0x[0-9a-f]{8}, at ${String(PASSED)} \\(`));
    expect(line.advice).toContain(`NAME=${String(PASSED)}`);
    const cause = await eventually('the trace has the cause', () =>
      Promise.resolve(backend.why.trace(urls[0]!).cause ?? undefined),
    );
    expect(cause).toMatchObject({ code: 'unknown-fork' });
    await application.stop();

    const { backend: configured } = await start(urls, '--override.fork', `next=${String(PASSED)}`);
    await eventually('all are peers', () => Promise.resolve(configured.peers().length === 5 || undefined));
    const { health, network } = configured.status();
    expect(health.find(({ id }) => id === 'unknown-fork')).toBeUndefined();
    expect(health.find(({ id }) => id === 'fork-overrides')?.evidence).toBe(`next=${String(PASSED)}`);
    expect(network.forkOverrides).toEqual([`next=${String(PASSED)}`]);
  });

  test('does not report it for only four peers', async () => {
    const urls = await newerNodes(4);
    const { backend } = await start(urls);
    await eventually('all were refused', () =>
      Promise.resolve(urls.every((url) => backend.why.trace(url).cause?.code === 'wrong-fork') || undefined),
    );
    expect(backend.status().health.find(({ id }) => id === 'unknown-fork')).toBeUndefined();
  });
});
