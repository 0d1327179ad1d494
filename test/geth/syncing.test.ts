import { afterAll, expect, test } from 'vitest';
import { syncToHead } from '../support/engine-api.ts';
import { eventually } from '../support/eventually.ts';
import { Geth, TESTCHAIN } from '../support/geth.ts';
import { Headless } from '../support/headless.ts';

const running: { stop(): Promise<unknown> }[] = [];
afterAll(() => Promise.all(running.map((node) => node.stop())));

test(
  'a geth that syncs from genesis with us as its only peer disconnects, and the cause is no-chain-data',
  { timeout: 120_000 },
  async () => {
    const geth = await Geth.start({ version: 'geth72', chain: false });
    running.push(geth);
    const us = await Headless.start({
      flags: ['--genesis', TESTCHAIN.genesisFile, '--networkid', TESTCHAIN.networkId, '--nodiscover'],
    });
    running.push(us);
    await us.rpc('admin_addPeer', geth.info.enode);
    await eventually('geth has us as its peer', async () => {
      const peers = await geth.rpc<unknown[]>('admin_peers');
      return peers.length === 1 ? peers : undefined;
    });
    await syncToHead(geth);

    const entry = await eventually('the static entry has the cause', async () => {
      const lists = await us.snapshot('nodes', {});
      return lists.static.find((node) => node.id === geth.info.id && node.state.message !== null);
    });
    expect(entry.state.message).toMatch(/^It asked for headers that this node does not have/);
    const { text } = await us.request('logs.export', { level: 'debug', text: '' });
    const line = text.split('\n').find((candidate) => candidate.includes('peer dropped'));
    expect(line).toContain('no-chain-data');
    expect(line).toMatch(/subprotocol error|useless peer/);
    expect(text).not.toContain('fork-refused');
  },
);
