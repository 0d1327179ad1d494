import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MessageCount } from '../../shared/model/peer.ts';
import { Geth, TESTCHAIN } from '../support/geth.ts';
import { Headless } from '../support/headless.ts';
import type { NodeInfo, PeerInfo } from '../support/node-process.ts';

/** How long a session must last: four pings of each side. */
const HOLD_MS = 60_000;

/** The eth version of a session with each pinned geth. */
const AGES = [
  { version: 'geth68', eth: 68 },
  { version: 'geth69', eth: 69 },
  { version: 'geth72', eth: 71 },
] as const;

type Age = (typeof AGES)[number];

/** The data of both ends of one session, at its start and a minute later. */
interface Seen {
  readonly ours: PeerInfo;
  readonly theirs: PeerInfo;
  readonly us: NodeInfo;
  readonly them: NodeInfo;
  readonly messages: readonly MessageCount[];
  readonly sameSession: boolean;
}

const network = ['--genesis', TESTCHAIN.genesisFile, '--networkid', TESTCHAIN.networkId, '--nodiscover'];
const running: { stop(): Promise<unknown> }[] = [];
const seen = new Map<string, Seen>();

const keyOf = (age: Age, dialledBy: 'us' | 'geth'): string => `${age.version} dialled by ${dialledBy}`;

async function watch(key: string, us: Headless, geth: Geth): Promise<void> {
  const first = await us.peer(geth.info.id);
  await geth.peer(us.info.id);
  await pause(HOLD_MS);
  const [ours, theirs, detail] = await Promise.all([
    us.peer(geth.info.id, 1_000),
    geth.peer(us.info.id, 1_000),
    us.request('peers.detail', { id: geth.info.id }),
  ]);
  seen.set(key, {
    ours,
    theirs,
    us: us.info,
    them: geth.info,
    messages: detail?.messages ?? [],
    sameSession: first.network.localAddress === ours.network.localAddress,
  });
}

// All six sessions run in the same minute: one of our nodes dials the three geths, the other is dialled by them.
beforeAll(async () => {
  const [dialler, dialled] = await Promise.all([
    Headless.start({ name: 'our dialler', flags: network }),
    Headless.start({ name: 'our dialled', flags: network }),
  ]);
  running.push(dialler, dialled);
  const sessions: Promise<void>[] = [];
  for (const age of AGES) {
    const geth = await Geth.start({ version: age.version });
    running.push(geth);
    await dialler.rpc('admin_addPeer', geth.info.enode);
    await geth.rpc('admin_addPeer', dialled.info.enode);
    sessions.push(watch(keyOf(age, 'us'), dialler, geth), watch(keyOf(age, 'geth'), dialled, geth));
  }
  // A session that fails leaves no entry, so that only its own tests fail.
  for (const result of await Promise.allSettled(sessions)) {
    if (result.status === 'rejected') process.stderr.write(`${String(result.reason)}\n`);
  }
}, 240_000);

afterAll(async () => {
  await Promise.all(running.map((node) => node.stop()));
});

const pings = (messages: readonly MessageCount[], name: string): MessageCount | undefined =>
  messages.find((count) => count.protocol === 'p2p' && count.name.toLowerCase() === name);

describe.each(AGES)('a session with $version', (age) => {
  describe.each(['us', 'geth'] as const)('dialled by %s', (dialledBy) => {
    const session = (): Seen => {
      const found = seen.get(keyOf(age, dialledBy));
      if (found === undefined) throw new Error('no session lasted for a minute');
      return found;
    };

    test('lasts for a minute', () => {
      expect(session().sameSession).toBe(true);
    });

    test(`uses eth/${String(age.eth)}`, () => {
      const { ours, theirs } = session();
      expect(ours.protocols['eth']).toMatchObject({ version: age.eth });
      expect(theirs.protocols['eth']).toMatchObject({ version: age.eth });
    });

    test('carries pings and pongs both ways', () => {
      const { messages } = session();
      for (const name of ['ping', 'pong']) {
        expect(pings(messages, name)?.in, `${name}s in`).toBeGreaterThanOrEqual(3);
        expect(pings(messages, name)?.out, `${name}s out`).toBeGreaterThanOrEqual(3);
      }
    });

    test('is shown by geth with our ID, name and capabilities', () => {
      const { theirs, us } = session();
      expect(theirs.id).toBe(us.id);
      expect(theirs.name).toBe(us.name);
      expect(theirs.caps).toEqual(['eth/68', 'eth/69', 'eth/70', 'eth/71']);
    });

    test('is shown by us with ID, name and capabilities of geth', () => {
      const { ours, them } = session();
      expect(ours.id).toBe(them.id);
      expect(ours.name).toBe(them.name);
      expect(ours.caps).toContain(`eth/${String(age.eth)}`);
      expect(ours.caps).toContain('snap/1');
      if (age.eth >= 69) expect(ours.protocols['eth']).toMatchObject({ latestBlock: TESTCHAIN.headBlock });
    });

    test('is the same TCP connection, seen from its two ends', () => {
      const { ours, theirs } = session();
      expect(ours.network.localAddress).toBe(theirs.network.remoteAddress);
      expect(ours.network.remoteAddress).toBe(theirs.network.localAddress);
      expect(ours.network.inbound).toBe(dialledBy === 'geth');
      expect(theirs.network.inbound).toBe(dialledBy === 'us');
      expect(ours.network.static).toBe(dialledBy === 'us');
      expect(theirs.network.static).toBe(dialledBy === 'geth');
    });
  });
});
