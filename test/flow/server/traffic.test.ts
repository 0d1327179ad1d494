import { beforeEach, describe, expect, it } from 'vitest';
import { StreamShaper } from '../../../src-main/base/shaped-stream.ts';
import type { Channel } from '../../../src-main/p2p/protocol.ts';
import type { P2pNode, P2pNodeOptions } from '../../support/p2p-node.ts';
import type { EventOf } from '../../support/recorded-events.ts';
import { TcpWorld } from '../../support/tcp-world.ts';
import { TOY_CODES, ToyProtocol } from '../../support/toy-protocol.ts';

let world: TcpWorld;

beforeEach(() => {
  world = new TcpWorld();
});

async function start(ip: string, options: P2pNodeOptions): Promise<P2pNode> {
  const node = world.node(ip, options);
  await world.clock.runUntil(node.server.start());
  return node;
}

/** Connects `from` to `to`, and waits until both have their session. */
async function connect(from: P2pNode, to: P2pNode): Promise<void> {
  from.server.dialing.addStatic(to.node());
  await world.clock.runUntil(
    Promise.all([
      from.events.first('peer/established'),
      to.events.first('peer/established', ({ idHex }) => idHex === from.idHex),
    ]),
  );
}

function channelOf({ channel }: ToyProtocol): Channel {
  if (channel === undefined) throw new Error('the toy protocol has no session');
  return channel;
}

async function stop(...nodes: readonly P2pNode[]): Promise<void> {
  await world.clock.runUntil(Promise.all(nodes.map((node) => node.server.stop())));
  await world.expectNothingLeft();
}

describe('a node with an upload limit', () => {
  it('completes handshakes and answers pings in time, and sends no faster than the limit', async () => {
    const shaper = new StreamShaper(world.clock);
    shaper.setCaps({ upload: 200_000, download: 0 });
    const { dialer, listener } = world.network.host('10.0.0.1');
    const [sender, receiver] = [new ToyProtocol(), new ToyProtocol()];
    const limited = await start('10.0.0.1', {
      protocols: [sender.protocol],
      dialer: shaper.dialer(dialer),
      listener: shaper.listener(listener),
    });
    const peer = await start('10.0.0.2', { protocols: [receiver.protocol] });
    await connect(peer, limited);
    const before = world.clock.monotonic();
    const received = new Promise<number>((resolve) => {
      let total = 0;
      receiver.onMessage = (_, bytes) => {
        total += bytes;
        if (total >= 400_000) resolve(world.clock.monotonic() - before);
      };
    });
    const noise = crypto.getRandomValues(new Uint8Array(20_000));
    for (let index = 0; index < 20; index++) channelOf(sender).send(TOY_CODES.answer, noise);
    const elapsedMs = await world.clock.runUntil(received);
    expect(elapsedMs).toBeGreaterThan(1_400);
    expect(elapsedMs).toBeLessThan(2_500);
    // The first ping of the peer is sent after a second, while the answers are still being sent.
    const isPong = ({ name, direction }: EventOf<'peer/message'>): boolean =>
      name === 'Pong' && direction === 'in';
    await world.clock.runUntil(peer.events.first('peer/message', isPong));
    await world.clock.settle();
    expect(peer.server.peer(limited.idHex)?.session.latency.last).toBeLessThan(2_000);
    expect(limited.server.peer(peer.idHex)?.session.endCause).toBeUndefined();
    await stop(peer, limited);
  });
});

describe('a node with a peer that floods it', () => {
  it('serves its other peers, and records the offence of the flooding peer', async () => {
    const node = await start('10.0.0.1', { protocols: [new ToyProtocol().protocol] });
    const [flooding, requesting] = [new ToyProtocol(), new ToyProtocol()];
    // Without classes the flooding side does not limit itself.
    const flooder = await start('10.0.0.2', {
      protocols: [{ ...flooding.protocol, classOf: () => undefined }],
    });
    const honest = await start('10.0.0.3', { protocols: [requesting.protocol] });
    await connect(flooder, node);
    await connect(honest, node);
    let isOver = false;
    const flood = (): void => {
      if (isOver) return;
      const channel = channelOf(flooding);
      for (let index = 0; index < 200 && !channel.congested; index++)
        channel.send(TOY_CODES.announcement, new Uint8Array(50));
      world.clock.after(20, flood);
    };
    flood();
    let longestMs = 0;
    for (let request = 0; request < 100; request++) {
      const before = world.clock.monotonic();
      const answered = new Promise<void>((resolve) => (requesting.onMessage = () => resolve()));
      channelOf(requesting).send(TOY_CODES.request, new Uint8Array(100));
      await world.clock.runUntil(answered);
      longestMs = Math.max(longestMs, world.clock.monotonic() - before);
    }
    isOver = true;
    expect(await world.clock.runUntil(node.events.first('peer/offence'))).toMatchObject({
      idHex: flooder.idHex,
      offence: 'message-flood',
    });
    expect(longestMs).toBeLessThan(100);
    expect(node.server.peer(flooder.idHex)?.session.figures.limited ?? 0).toBeGreaterThan(100);
    expect(node.server.peer(honest.idHex)?.session.figures.limited).toBe(0);
    await stop(flooder, honest, node);
  });
});
