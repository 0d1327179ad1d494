import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Application } from '../../src-main/compose/application.ts';
import { run } from '../support/child.ts';
import { realPeer } from '../support/real-peers.ts';
import { composeApplication, LOOPBACK_FLAGS } from '../support/started-applications.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/* geth's console at our IPC socket. geth itself does not run. */

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let us: Application;
let other: Application;

beforeAll(async () => {
  folder = await temporaryFolder();
  other = await composeApplication(`${folder.path}/other`, [...LOOPBACK_FLAGS, '--nodiscover']);
  await other.start();
  us = await composeApplication(`${folder.path}/ours`, [...LOOPBACK_FLAGS, '--nodiscover']);
  await us.start();
});

afterAll(async () => {
  await us.stop();
  await other.stop();
  await folder.remove();
});

/** What a command of the console prints. */
async function attach(command: string): Promise<string> {
  const child = await run('geth attach', realPeer('geth72'), [
    ...['attach', '--datadir', folder.path, '--exec', command],
    `${folder.path}/ours/enodeck.ipc`,
  ]);
  return child.lines.join('\n');
}

const attached = async (expression: string): Promise<unknown> =>
  JSON.parse(JSON.parse(await attach(`JSON.stringify(${expression})`)) as string);

describe('geth attach at our socket', () => {
  test('finds the name spaces', async () => {
    expect(await attached('Object.keys(rpc.modules)')).toEqual(
      expect.arrayContaining(['admin', 'debug', 'eth', 'net', 'rpc', 'web3']),
    );
  });

  test('has nodeInfo, datadir and the version', async () => {
    const { id, enode } = us.backend.status().identity;
    expect(await attached('[admin.nodeInfo.id, admin.nodeInfo.enode, admin.datadir]')).toEqual([
      ...[id, enode],
      `${folder.path}/ours`,
    ]);
    expect(await attached('[net.version, net.listening, web3.version.node]')).toEqual([
      ...['1', true],
      us.backend.status().clientName,
    ]);
  });

  test('adds a peer, sees it and removes it', async () => {
    const { id, enode } = other.backend.status().identity;
    expect(await attached(`admin.addPeer(${JSON.stringify(enode)})`)).toBe(true);
    const peers = 'for (var i = 0; i < 100 && admin.peers.length === 0; i++) admin.sleep(0.1);';
    expect(
      await attached(`(function () { ${peers} return admin.peers.map(function (p) { return p.id }) })()`),
    ).toEqual([id]);
    expect(await attached(`admin.removePeer(${JSON.stringify(enode)})`)).toBe(true);
  });

  test('gets a sentence for what this node does not do', async () => {
    expect(await attach('try { admin.startHTTP() } catch (e) { console.log(e.message) }')).toContain(
      'this node serves JSON-RPC over HTTP and WebSocket from its start to its end',
    );
  });
});
