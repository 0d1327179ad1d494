import { describe, expect, it } from 'vitest';
import { StreamShaper } from '../../../src-main/base/shaped-stream.ts';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import { systemStreamDialer, systemStreamListener } from '../../../src-main/base/tcp.ts';
import type { MessageClass } from '../../../src-main/p2p/message-class.ts';
import type { Channel, Protocol } from '../../../src-main/p2p/protocol.ts';
import type { P2pNode } from '../../support/p2p-node.ts';
import { startedNodes } from '../../support/started-nodes.ts';

const start = startedNodes();

const CODES = { news: 0, question: 1, reply: 2 } as const;
const CLASSES: readonly MessageClass[] = ['announcement', 'request', 'answer'];

/** A toy protocol that answers questions, and hands its channels and messages to a test. */
function toy(hooks: {
  readonly onChannel?: (channel: Channel) => void;
  readonly onMessage?: (code: number, bytes: number) => void;
}): Protocol {
  return {
    name: 'toy',
    version: 1,
    length: 3,
    messageName: (code) => ['News', 'Question', 'Reply'][code] ?? '?',
    classOf: (code) => CLASSES[code],
    run: async (channel) => {
      channel.established();
      hooks.onChannel?.(channel);
      for (;;) {
        const { code, payload } = await channel.receive();
        hooks.onMessage?.(code, payload.length);
        if (code === CODES.question) channel.send(CODES.reply, payload);
        if (channel.congested) await channel.ready();
      }
    },
  };
}

/** Connects `from` to `to`, and waits until both have their session. */
async function join(from: P2pNode, to: P2pNode): Promise<void> {
  from.server.dialing.addStatic(to.node());
  await from.events.first('peer/established');
  await to.events.first('peer/established', ({ idHex }) => idHex === from.idHex);
}

/** Sends questions one after the other; resolves when all are answered, with the longest wait in milliseconds. */
async function askAll(channel: Channel, replies: () => Promise<void>, count: number): Promise<number> {
  let longest = 0;
  for (let index = 0; index < count; index++) {
    const before = performance.now();
    const reply = replies();
    channel.send(CODES.question, new Uint8Array(100));
    await reply;
    longest = Math.max(longest, performance.now() - before);
  }
  return longest;
}

describe('a node under a cap on upload', () => {
  it('shakes hands and pings as ever, and sends no faster than it may', async () => {
    const shaper = new StreamShaper(systemClock);
    shaper.setCaps({ upload: 200_000, download: 0 });
    const speaking: Channel[] = [];
    const capped = await start.node({
      protocols: [toy({ onChannel: (channel) => speaking.push(channel) })],
      dialer: shaper.dialer(systemStreamDialer),
      listener: shaper.listener(systemStreamListener),
    });
    let received = 0;
    let whole: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (whole = resolve));
    const peer = await start.node({
      protocols: [
        toy({
          onMessage: (_, bytes) => {
            received += bytes;
            if (received >= 400_000) whole();
          },
        }),
      ],
    });
    await join(peer, capped);
    const before = performance.now();
    const noise = crypto.getRandomValues(new Uint8Array(20_000));
    for (let index = 0; index < 20; index++) speaking[0]?.send(CODES.reply, noise);
    await arrived;
    expect(performance.now() - before).toBeGreaterThan(1_400);
    // The first ping of the peer leaves after a second, amid what is sent.
    expect(peer.server.peer(capped.idHex)?.session.latency.last).toBeLessThan(2_000);
    expect(capped.server.peer(peer.idHex)?.session.endCause).toBeUndefined();
  });
});

describe('a node with a peer that floods it', () => {
  it('serves the others, and names the one', async () => {
    const node = await start.node({ protocols: [toy({})] });
    const flooding: Channel[] = [];
    const flooder = await start.node({
      protocols: [{ ...toy({ onChannel: (channel) => flooding.push(channel) }), classOf: () => undefined }],
    });
    const asking: Channel[] = [];
    let onReply: () => void = () => undefined;
    const honest = await start.node({
      protocols: [
        toy({
          onChannel: (channel) => asking.push(channel),
          onMessage: () => {
            onReply();
          },
        }),
      ],
    });
    await Promise.all([join(flooder, node), join(honest, node)]);
    const [loud, polite] = [flooding[0], asking[0]];
    if (loud === undefined || polite === undefined) throw new Error('both speak');
    let isOver = false;
    const flood = (async () => {
      while (!isOver) {
        for (let index = 0; index < 200; index++) loud.send(CODES.news, new Uint8Array(50));
        if (loud.congested)
          await Promise.race([loud.ready(), new Promise((resolve) => setTimeout(resolve, 20))]);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const offence = node.events.first('peer/offence');
    const longest = await askAll(polite, () => new Promise((resolve) => (onReply = resolve)), 100);
    expect(await offence).toMatchObject({ idHex: flooder.idHex, offence: 'message-flood' });
    isOver = true;
    await flood;
    expect(longest).toBeLessThan(1_000);
    const limited = node.server.peer(flooder.idHex)?.session.limited ?? 0;
    expect(limited).toBeGreaterThan(100);
    expect(node.server.peer(honest.idHex)?.session.limited).toBe(0);
  });
});
