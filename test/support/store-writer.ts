/** A program that writes to the stores and prints what is saved, until it is killed. */
import { publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { systemClock, systemRandom } from '../../src-main/base/system-runtime.ts';
import { nodeFromParts } from '../../src-main/node-record/node-factory.ts';
import { openDataFolder } from '../../src-main/store/data-folder.ts';
import { BanDatabase } from '../../src-main/store/ban-store.ts';
import { NodeListStore } from '../../src-main/store/node-lists.ts';
import { NodeStore } from '../../src-main/store/node-store.ts';
import { SessionHistory } from '../../src-main/store/session-history.ts';
import { SettingsStore } from '../../src-main/store/settings-store.ts';
import { enodeUrlOf } from '../../src-main/node-record/node-factory.ts';
import { banOf, isLifted } from './saved-bans.ts';
import { sessionOf } from './saved-sessions.ts';
import { silentLogger } from './silent-logger.ts';

/** The key of the n-th node. */
function keyOf(number: number): Uint8Array {
  const key = new Uint8Array(32).fill(1);
  new DataView(key.buffer).setUint32(28, number);
  return key;
}

const [folderPath = '', first = '0'] = process.argv.slice(2);
const folder = await openDataFolder(folderPath);
const store = await NodeStore.open({
  database: folder.database,
  clock: systemClock,
  random: systemRandom,
  logger: silentLogger,
});
const bans = new BanDatabase(folder.database, silentLogger);
const sessions = await SessionHistory.open({
  database: folder.database,
  clock: systemClock,
  logger: silentLogger,
});
const settings = await SettingsStore.open(folder.paths.settings);
const lists = await NodeListStore.open({
  file: folder.paths.nodeLists,
  clock: systemClock,
  events: { emit: () => undefined },
  ownIdHex: '0'.repeat(64),
});
for (let number = Number(first); ; number++) {
  const node = nodeFromParts({
    publicKey: publicKeyOf(keyOf(number)),
    ip: '10.0.0.1',
    udp: 30303,
    tcp: 30303,
  });
  store.putNode(node);
  store.setLastPongReceived(node.idHex, '10.0.0.1', number + 1);
  store.setLocalSeq('a'.repeat(64), BigInt(number));
  await store.flush();
  await bans.put(banOf(node.idHex, number));
  if (isLifted(number)) await bans.remove([`node:${node.idHex}`]);
  sessions.add(sessionOf(node.idHex, number, systemClock.now()));
  await sessions.flush();
  await settings.update({ maxPeers: number });
  await lists.add('static', enodeUrlOf(node), null);
  process.stdout.write(`saved ${String(number)} ${node.idHex}\n`);
}
