import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { Geth, TESTCHAIN, type GethOptions } from '../support/geth.ts';
import { Headless } from '../support/headless.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const running: { stop(): Promise<unknown> }[] = [];
const folder = await temporaryFolder();

afterAll(async () => {
  await Promise.all(running.map((node) => node.stop()));
  await folder.remove();
});

/** The genesis of the testchain with a change. */
async function changedGenesis(name: string, change: (genesis: Genesis) => void): Promise<string> {
  const genesis = JSON.parse(await readFile(TESTCHAIN.genesisFile, 'utf8')) as Genesis;
  change(genesis);
  const file = join(folder.path, `${name}.json`);
  await writeFile(file, JSON.stringify(genesis));
  return file;
}

interface Genesis {
  extraData: string;
  config: Record<string, unknown>;
}

const OTHERS: readonly { what: string; code: string; geth: () => Promise<Partial<GethOptions>> }[] = [
  {
    what: 'another network ID',
    code: 'wrong-network',
    geth: async () => ({ networkId: '4242' }),
  },
  {
    what: 'another genesis',
    code: 'wrong-genesis',
    geth: async () => ({
      chain: false,
      genesisFile: await changedGenesis('genesis', (genesis) => (genesis.extraData = '0x00')),
    }),
  },
  {
    what: 'another time of a past fork',
    code: 'wrong-fork',
    geth: async () => ({
      chain: false,
      genesisFile: await changedGenesis('fork', (genesis) => (genesis.config['cancunTime'] = 61)),
    }),
  },
];

describe.concurrent.each(OTHERS)('a geth with $what', ({ code, geth: optionsOf }) => {
  test(
    'disconnects with subprotocol error on the wire, and with the inferred cause in log and API',
    { timeout: 120_000 },
    async () => {
      const geth = await Geth.start({ version: 'geth72', ...(await optionsOf()) });
      running.push(geth);
      const us = await Headless.start({
        flags: ['--genesis', TESTCHAIN.genesisFile, '--networkid', TESTCHAIN.networkId, '--nodiscover'],
      });
      running.push(us);
      await us.rpc('admin_addPeer', geth.info.enode);

      let log = '';
      const words = await eventually(`the log says ${code}`, async () => {
        log = (await us.request('logs.export', { level: 'debug', text: '' })).text;
        return log.split('\n').find((line) => line.includes(code));
      }).catch((error: unknown) => {
        throw new Error(
          `${String(error)}; our log:\n${log}\ngeth's:\n${geth.child.lines.slice(-40).join('\n')}`,
        );
      });
      expect(words).toMatch(/subprotocol error/i);

      const entry = await eventually('the static entry has the cause', async () => {
        const lists = await us.snapshot('nodes', {});
        return lists.static.find((node) => node.id === geth.info.id && node.state.message !== null);
      });
      expect(entry.state.state).toBe('refused');
      expect(await us.rpc<unknown[]>('admin_peers')).toEqual([]);
      expect(await geth.rpc<unknown[]>('admin_peers')).toEqual([]);
    },
  );
});
