import { endSentence } from '../../../shared/causes/sentences.ts';
import { describe, expect, it } from 'vitest';
import { NETWORKS, type Network } from '../../../src-main/chain/networks.ts';
import type { ChainSource } from '../../../src-main/eth/chain-source.ts';
import { createGenesisChain } from '../../../src-main/eth/genesis-chain.ts';
import { createEthProtocols, ethSessionOf } from '../../../src-main/eth/session.ts';
import { ETH_VERSION_NUMBERS, type EthVersion } from '../../../src-main/eth/versions.ts';
import type { PeerSession } from '../../../src-main/p2p/peer-session.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { RecordedEvents } from '../../support/recorded-events.ts';
import { sessionPair, testNode } from '../../support/session-pair.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

interface Pair {
  readonly clock: VirtualClock;
  readonly events: RecordedEvents;
  readonly dialler: PeerSession;
  readonly acceptor: PeerSession;
}

async function connect(
  networks: readonly [Network, Network] = [NETWORKS.sepolia, NETWORKS.sepolia],
  versions: readonly (readonly EthVersion[])[] = [ETH_VERSION_NUMBERS, ETH_VERSION_NUMBERS],
): Promise<Pair> {
  const clock = new VirtualClock();
  const random = new SeededRandom(1);
  const events = new RecordedEvents();
  const node = (index: 0 | 1, name: string): ReturnType<typeof testNode> =>
    testNode(random, name, createEthProtocols(createGenesisChain(networks[index], clock), versions[index]));
  const pair = sessionPair([node(0, 'Dialler'), node(1, 'Acceptor')], {
    clock,
    random,
    events,
    latencyMs: 5,
  });
  const [dialler, acceptor] = await clock.runUntil(pair);
  return { clock, events, dialler, acceptor };
}

describe('eth sessions', () => {
  it.each(ETH_VERSION_NUMBERS)('exchange Status over eth/%i and run', async (version) => {
    const { clock, dialler, acceptor } = await connect(undefined, [ETH_VERSION_NUMBERS, [version]]);
    await clock.advance(100);
    for (const session of [dialler, acceptor]) {
      expect(session.stage).toBe('running');
      expect(session.negotiated).toEqual([`eth/${version}`]);
      const eth = ethSessionOf(session);
      expect(eth?.version).toBe(version);
      expect(eth?.accepted).toBe(true);
      expect(eth?.remoteStatus).toEqual(eth?.localStatus);
      expect(eth?.latestBlock).toBe(0n);
      expect(eth?.requests).toEqual({ open: 0, answered: 0, timedOut: 0 });
      expect(session.traffic.messages).toContainEqual(
        expect.objectContaining({ protocol: `eth/${version}`, name: 'Status', in: 1, out: 1 }),
      );
    }
    expect(dialler.clientName).toBe('Acceptor');
    expect(acceptor.clientName).toBe('Dialler');
    expect(dialler.idHex).not.toBe(acceptor.idHex);
  });

  it('ping each other and measure the round trip time', async () => {
    const { clock, dialler, acceptor } = await connect();
    await clock.advance(60_000);
    for (const session of [dialler, acceptor]) {
      expect(session.endCause).toBeUndefined();
      expect(session.latency.last).toBe(10);
      expect(session.latency.best).toBe(10);
      expect(session.traffic.messages).toContainEqual(
        expect.objectContaining({ protocol: 'p2p', name: 'Ping', in: 4, out: 4 }),
      );
      expect(session.traffic.messages).toContainEqual(
        expect.objectContaining({ protocol: 'p2p', name: 'Pong', in: 4, out: 4 }),
      );
    }
  });

  it('end with wrong-network on both sides when the networks differ', async () => {
    const { clock, dialler, acceptor } = await connect([NETWORKS.sepolia, NETWORKS.hoodi]);
    const causes = await clock.runUntil(Promise.all([dialler.closed, acceptor.closed]));
    for (const cause of causes) {
      expect(cause).toMatchObject({
        code: 'wrong-network',
        disconnectReason: 'subprotocol error',
        stage: 'status',
      });
      expect(endSentence(cause)).toMatch(/560048.*11155111|11155111.*560048/);
    }
  });

  it('end only after both Status messages when the networks differ', async () => {
    const { clock, dialler, acceptor } = await connect([NETWORKS.sepolia, NETWORKS.hoodi]);
    const [ours, theirs] = await clock.runUntil(Promise.all([dialler.closed, acceptor.closed]));
    expect(ours.by).toBe('local');
    expect(theirs.by).toBe('remote');
    expect(ethSessionOf(acceptor)?.remoteStatus).toEqual(ethSessionOf(dialler)?.localStatus);
  });

  it('name both genesis blocks when only those differ', async () => {
    const other = { ...NETWORKS.hoodi, networkId: NETWORKS.sepolia.networkId };
    const { clock, dialler } = await connect([NETWORKS.sepolia, other]);
    const cause = await clock.runUntil(dialler.closed);
    expect(cause.code).toBe('wrong-genesis');
    expect(endSentence(cause)).toContain(
      '0x25a5cc106eea7138acab33231d7160d69cb777ee0c2c553fcddf5138993e6dd9',
    );
    expect(endSentence(cause)).toContain(
      '0xbbe312868b376a3001692a646dd2d7d1e4406380dfd86b98aa8a34d1557c971b',
    );
  });

  it('name both fork IDs when the peer has missed a fork', async () => {
    const behind = { ...NETWORKS.sepolia, forkTimes: NETWORKS.sepolia.forkTimes.slice(0, 1) };
    const { clock, dialler, acceptor } = await connect([NETWORKS.sepolia, behind]);
    const [ours, theirs] = await clock.runUntil(Promise.all([dialler.closed, acceptor.closed]));
    expect(ours.code).toBe('wrong-fork');
    expect(endSentence(ours)).toMatch(/0x[0-9a-f]{8}.*0x[0-9a-f]{8}/);
    expect(theirs.disconnectReason).toBe('subprotocol error');
    expect(['wrong-fork', 'fork-refused']).toContain(theirs.code);
  });

  it('end at Hello when the peer has no common version', async () => {
    await expect(connect(undefined, [[68], [69]])).rejects.toMatchObject({
      endCause: { stage: 'hello', disconnectReason: 'useless peer' },
    });
  });

  it('send the reason of a Disconnect, and count no echo on a connection that has closed', async () => {
    const { clock, dialler, acceptor } = await connect();
    await clock.advance(100);
    const ended = Promise.all([dialler.disconnect('too-many-peers'), acceptor.closed]);
    const [ours, theirs] = await clock.runUntil(ended);
    expect(ours).toMatchObject({ code: 'too-many-peers', by: 'local', disconnectReason: 'too many peers' });
    expect(theirs).toMatchObject({
      code: 'too-many-peers',
      by: 'remote',
      disconnectReason: 'too many peers',
    });
    expect(acceptor.traffic.messages).toContainEqual(
      expect.objectContaining({ name: 'Disconnect', in: 1, out: 0 }),
    );
    // The last packets arrive; the sessions have left no timer.
    await clock.advance(10);
    expect(clock.pendingTimers).toBe(0);
  });

  it('report when they are established, with version and fork hash', async () => {
    const { clock, dialler } = await connect();
    expect(await clock.runUntil(dialler.established)).toMatch(/^eth\/71 · fork [0-9a-f]{8}$/);
    const refused = await connect([NETWORKS.sepolia, NETWORKS.hoodi]);
    expect(await refused.clock.runUntil(refused.dialler.established)).toBeUndefined();
  });

  it('send BlockRangeUpdate when the chain has grown by 32 blocks or has been shortened', async () => {
    const clock = new VirtualClock();
    const genesis = createGenesisChain(NETWORKS.sepolia, clock);
    const listeners = new Set<() => void>();
    let latest = 0n;
    const growing: ChainSource = {
      ...genesis,
      range: () => ({ earliest: 0n, latest, latestHash: genesis.genesisHash }),
      onChange: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
    const nodes = [
      testNode(new SeededRandom(1), 'Sender', createEthProtocols(growing, [69])),
      testNode(new SeededRandom(2), 'Receiver', createEthProtocols(genesis, [69])),
    ] as const;
    const [sender, receiver] = await clock.runUntil(
      sessionPair(nodes, { clock, random: new SeededRandom(3) }),
    );
    const reported: (bigint | undefined)[] = [];
    for (const number of [0n, 31n, 32n, 63n, 64n, 10n]) {
      latest = number;
      for (const listener of listeners) listener();
      await clock.advance(100);
      reported.push(ethSessionOf(receiver)?.latestBlock);
    }
    expect(reported).toEqual([0n, 0n, 32n, 32n, 64n, 10n]);
    await clock.runUntil(sender.disconnect('client-quitting'));
    expect(listeners.size).toBe(0);
  });

  it('emit an event for every message', async () => {
    const { clock, events, dialler } = await connect();
    await clock.advance(20_000);
    const own = events.of('peer/message').filter(({ idHex }) => idHex === dialler.idHex);
    const counted = dialler.traffic.messages.reduce((sum, message) => sum + message.in + message.out, 0);
    expect(own.length).toBe(counted);
  });
});
