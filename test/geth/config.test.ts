import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, type NodeSettings } from '../../shared/settings-table.ts';
import { bytesToHex } from '../../src-main/base/bytes.ts';
import { publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { readGethToml } from '../../src-main/store/geth-toml.ts';
import { writeGethLists, writeGethToml, type NodeTexts } from '../../src-main/store/geth-toml-text.ts';
import { run } from '../support/child.ts';
import { realPeer } from '../support/real-peers.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const enode = (number: number): string =>
  `enode://${bytesToHex(publicKeyOf(new Uint8Array(32).fill(number)))}@10.0.0.${String(number)}:30303`;

const ENR =
  'enr:-IS4QHCYrYZbAKWCBRlAy5zzaDZXJBGkcnh4MHcBFZntXNFrdvJjX04jRzjzCBOonrkTfj499SZuOh8R33Ls8RRcy5wBgmlkgnY0gmlwhH8AAAGJc2VjcDI1NmsxoQPKY0yuDUmstAHYpMa2_oxVtw0RW_QAdpzBQA8yWM0xOIN1ZHCCdl8';

const DNS_LIST = 'enrtree://AKA3AM6LPBYEUDMVNU3BSVQJ5AD45Y7YPOHJLEF6W26QOE4VTUDPE@nodes.example.org';

/** The configuration that geth prints after reading a file. It opens no socket. */
async function afterGeth(text: string): Promise<ReturnType<typeof readGethToml>> {
  const file = join(folder.path, 'config.toml');
  const out = join(folder.path, 'out.toml');
  await writeFile(file, text);
  await run('geth dumpconfig', realPeer('geth72'), [
    ...['--datadir', folder.path, '--config', file],
    ...['dumpconfig', out],
  ]);
  return readGethToml(await readFile(out, 'utf8'));
}

describe('our geth TOML', () => {
  it.each<[string, Partial<NodeSettings>, NodeTexts]>([
    ['defaults', {}, { static: [], trusted: [] }],
    [
      'everything else',
      {
        name: 'mine',
        maxPeers: 7,
        maxPendingInbound: 9,
        maxPendingOutbound: 9,
        dialRatio: 2,
        discovery: false,
        discoveryDns: [DNS_LIST],
        netRestrict: ['127.0.0.0/8', '::1/128'],
        nodeDatabase: '/a "quoted" \\ folder\u007f',
        addresses: ['::1'],
        port: 30310,
        discoveryAddresses: ['127.0.0.1'],
        discoveryPort: 30311,
        nat: 'extip:203.0.113.7',
        noDial: true,
        msgEvents: true,
      },
      { bootnodes: [enode(1)], static: [enode(2), ENR], trusted: [enode(3), enode(4)] },
    ],
    ['no bootnodes', { nat: 'upnp' }, { bootnodes: [], static: [], trusted: [] }],
    ['a gateway', { nat: 'pmp:10.0.0.1' }, { static: [enode(5)] }],
    ['a STUN server', { nat: 'stun:127.0.0.1:3478', addresses: ['127.0.0.1'] }, { trusted: [enode(5)] }],
  ])('is read by geth with the same values: %s', async (_, change, lists) => {
    const settings = { ...DEFAULT_SETTINGS, ...change };
    const read = await afterGeth(writeGethToml(settings, lists));
    expect(read.errors).toEqual([]);
    expect({ ...DEFAULT_SETTINGS, ...read.settings }).toEqual(settings);
    for (const list of ['bootnodes', 'static', 'trusted'] as const) {
      if (lists[list] === undefined) continue;
      expect(read.lists[list]?.map(({ text }) => text)).toEqual(lists[list]);
    }
  });

  it('with NAT none is read by geth, which cannot print it', async () => {
    const settings = { ...DEFAULT_SETTINGS, nat: 'none' };
    await expect(afterGeth(writeGethToml(settings, {}))).rejects.toThrow(
      'NAT specification <nil> cannot be marshaled',
    );
  });

  it('can contain only node lists', async () => {
    const read = await afterGeth(writeGethLists({ static: [enode(1), ENR] }));
    expect(read.lists.static?.map(({ text }) => text)).toEqual([enode(1), ENR]);
  });
});
