import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiscoveryError } from '../../../../src-main/discovery/errors.ts';
import { MAX_QUEUED_PER_NODE, REPLY_TIMEOUT_MS } from '../../../../src-main/discovery/v5/constants.ts';
import type { V5Response } from '../../../../src-main/discovery/v5/messages.ts';
import type { PacketTap, TappedPacket } from '../../../../src-main/events/packet-tap.ts';
import type { Node } from '../../../../src-main/node-record/node.ts';
import { MemoryNetwork } from '../../../support/memory-network.ts';
import { V5Node } from '../../../support/v5-node.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const LATENCY_MS = 10;
const PING = { type: 'ping', enrSeq: 1n } as const;

let clock: VirtualClock;
let network: MemoryNetwork;
let ann: V5Node;
let ben: V5Node;
/** Sizes of all packets, in the order in which they were sent. */
let sent: { bytes: number; from: string }[];

beforeEach(async () => {
  clock = new VirtualClock();
  network = new MemoryNetwork(clock, { latencyMs: LATENCY_MS });
  ann = await new V5Node(network, clock, '10.0.0.1', 1).start();
  ben = await new V5Node(network, clock, '10.0.0.2', 2).start();
  sent = [];
  network.tap = ({ length }, { ip }) => sent.push({ bytes: length, from: ip });
});

afterEach(async () => {
  await ann.stop();
  await ben.stop();
});

function ask(from: V5Node, to: V5Node | Node, message: Parameters<typeof from.dispatcher.request>[1] = PING) {
  return clock.runUntil(from.dispatcher.request(to instanceof V5Node ? to.node : to, message));
}

function failureOf(request: Promise<unknown>): Promise<unknown> {
  return request.then(
    () => 'answered',
    (error: unknown) => (error instanceof DiscoveryError ? error.code : error),
  );
}

function sessionsOf(node: V5Node): (string | undefined)[] {
  return node.events.of('discovery/session').map(({ role, failure }) => failure ?? role);
}

describe('a handshake of discovery v5', () => {
  it('contains the first request, and the next request needs none', async () => {
    const answer = await ask(ann, ben);
    expect(answer).toEqual([{ type: 'pong', enrSeq: 1n, ip: '10.0.0.1', port: 30303 }]);
    expect(sent.map(({ from }) => from)).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.1', '10.0.0.2']);
    expect(sessionsOf(ann)).toEqual(['initiator']);
    expect(sessionsOf(ben)).toEqual(['recipient']);
    expect(ben.requests).toHaveLength(1);
    expect(ben.requests[0]?.from).toMatchObject({ idHex: ann.node.idHex, address: ann.address });
    await ask(ann, ben);
    await ask(ben, ann);
    expect(sent).toHaveLength(8);
    expect(ann.dispatcher.snapshot()).toEqual({ sessions: 1, challenges: 0, requests: 0, queued: 0 });
    expect(ben.dispatcher.snapshot()).toEqual({ sessions: 1, challenges: 0, requests: 0, queued: 0 });
  });

  it('emits an event with its name for every packet', async () => {
    await ask(ann, ben);
    const packets = ann.events
      .of('discovery/packet')
      .map(({ direction, packet }) => `${direction} ${packet}`);
    expect(packets).toEqual(['out v5/ping', 'in v5/whoareyou', 'out v5/ping', 'in v5/pong']);
    expect(ben.counters.packets.find(({ packet }) => packet === 'v5/whoareyou')).toMatchObject({
      in: 0,
      out: 1,
    });
    expect(ben.counters.packets.find(({ packet }) => packet === 'v5/ping')).toMatchObject({ in: 1, out: 0 });
  });

  it('answers a packet that cannot be decrypted with a smaller one', async () => {
    await ask(ann, ben);
    const [random, challenge] = sent;
    expect(challenge?.bytes).toBe(63);
    expect(random?.bytes).toBeGreaterThan(63);
  });

  it('reports the initiator to the recipient, with the record in the handshake', async () => {
    await ask(ann, ben);
    expect(ben.told.map(({ idHex, ip, seq }) => ({ idHex, ip, seq }))).toEqual([
      { idHex: ann.node.idHex, ip: '10.0.0.1', seq: 1n },
    ]);
    expect(ben.requests[0]?.from.record?.seq).toBe(1n);
  });

  it('contains no record if the recipient has that version', async () => {
    await ask(ann, ben);
    ben.known.set(ann.node.idHex, ann.record);
    ben.restart();
    await ask(ann, ben);
    const handshakes = sent.filter(({ from, bytes }) => from === '10.0.0.1' && bytes > 180);
    expect((handshakes[0]?.bytes ?? 0) - (handshakes[1]?.bytes ?? 0)).toBe(ann.record.encoded.length);
    expect(ben.told.at(-1)?.seq).toBe(1n);
  });

  it('contains the newer record if the recipient has an older one', async () => {
    ben.known.set(ann.node.idHex, ann.record);
    ann.record = ann.sign(5n);
    await ask(ann, ben);
    expect(ben.told.at(-1)?.seq).toBe(5n);
    expect(ben.requests[0]?.from.record?.seq).toBe(5n);
  });

  it('does not report a record with an address that the sender may not relay', async () => {
    ann.record = ann.sign(2n, { ip: '127.0.0.1', port: 30303 });
    await ask(ann, ben);
    expect(ben.told).toEqual([]);
    expect(sessionsOf(ben)).toEqual(['recipient']);
  });

  it('is repeated if the recipient has lost its keys, without losing the request', async () => {
    await ask(ann, ben);
    ben.restart();
    expect(await ask(ann, ben)).toHaveLength(1);
    expect(sessionsOf(ann)).toEqual(['initiator', 'initiator']);
    expect(sent).toHaveLength(8);
  });

  it('is repeated if the initiator has lost its keys, without losing requests to it', async () => {
    await ask(ann, ben);
    ann.restart();
    expect(await ask(ben, ann)).toHaveLength(1);
    expect(sessionsOf(ben)).toEqual(['recipient', 'initiator']);
    expect(await ask(ann, ben)).toHaveLength(1);
    expect(sent).toHaveLength(10);
  });

  it('results in working sessions if both sides start one simultaneously', async () => {
    const both = [ann.dispatcher.request(ben.node, PING), ben.dispatcher.request(ann.node, PING)];
    const answers = await clock.runUntil(Promise.all(both));
    expect(answers.map(([answer]) => answer?.type)).toEqual(['pong', 'pong']);
    const handshaken = sent.length;
    for (let round = 0; round < 3; round++) {
      await ask(ann, ben);
      await ask(ben, ann);
    }
    expect(sent).toHaveLength(handshaken + 12);
    expect([...ann.drops, ...ben.drops]).toEqual([]);
  });

  it('results in working sessions for any order of two crossing handshakes', async () => {
    for (let delay = 0; delay <= 3 * LATENCY_MS; delay += 5) {
      ann.restart();
      ben.restart();
      const first = ann.dispatcher.request(ben.node, PING);
      await clock.advance(delay);
      const second = ben.dispatcher.request(ann.node, PING);
      expect(await clock.runUntil(Promise.all([first, second]))).toHaveLength(2);
      const before = sent.length;
      await ask(ben, ann);
      await ask(ann, ben);
      expect(sent.length - before).toBe(4);
    }
  });

  it('contains a PING if the request does not fit into its packet, and the request follows', async () => {
    const payload = new Uint8Array(1_150).fill(7);
    const request = { type: 'talkreq', protocol: Uint8Array.of(1), payload } as const;
    const answer = await ask(ann, ben, request);
    expect(answer).toMatchObject([{ type: 'talkresp' }]);
    expect((answer[0] as Extract<V5Response, { type: 'talkresp' }>).payload).toEqual(payload);
    expect(ben.requests.map(({ request: { type } }) => type)).toEqual(['ping', 'talkreq']);
    expect(ann.drops).toEqual([]);
    for (const { bytes } of sent) expect(bytes).toBeLessThanOrEqual(1280);
  });

  it('times out if the recipient stops answering during it', async () => {
    let packets = 0;
    network.passes = (from) => from !== '10.0.0.2' || ++packets < 2;
    expect(await failureOf(ask(ann, ben))).toBe('timeout');
    expect(sessionsOf(ann)).toEqual(['timeout']);
    expect(clock.monotonic()).toBe(2 * LATENCY_MS + REPLY_TIMEOUT_MS);
    network.passes = () => true;
    expect(await ask(ann, ben)).toHaveLength(1);
  });

  it('is completed by the next request if the challenge or the answer to it was lost', async () => {
    for (const lost of [2, 3]) {
      ann.restart();
      ben.restart();
      let packets = 0;
      network.passes = () => ++packets !== lost;
      expect(await failureOf(ask(ann, ben))).toBe('timeout');
      // The first challenge is still valid, so it is sent again.
      expect(await ask(ann, ben)).toHaveLength(1);
    }
    expect(ann.drops).toEqual([]);
  });

  it('fails with bad-record for a node whose public key is not on the curve', async () => {
    const node = { ...ben.node, publicKey: new Uint8Array(64).fill(1), record: undefined };
    expect(await failureOf(ask(ann, node))).toBe('bad-record');
    expect(await ask(ann, ben)).toHaveLength(1);
  });
});

describe('a request of discovery v5', () => {
  it('times out after 700 ms, and the next one is sent', async () => {
    network.passes = () => false;
    const requests = [
      failureOf(ann.dispatcher.request(ben.node, PING)),
      failureOf(ann.dispatcher.request(ben.node, PING)),
    ];
    expect(ann.dispatcher.snapshot()).toMatchObject({ requests: 1, queued: 1 });
    expect(ann.dispatcher.expects('10.0.0.2')).toBe(true);
    expect(await clock.runUntil(Promise.all(requests))).toEqual(['timeout', 'timeout']);
    expect(clock.monotonic()).toBe(2 * REPLY_TIMEOUT_MS);
    expect(sent).toHaveLength(2);
    expect(ann.dispatcher.expects('10.0.0.2')).toBe(false);
  });

  it('times out if another node has the address', async () => {
    const eve = await new V5Node(network, clock, '10.0.0.3', 3).start();
    expect(await failureOf(ask(ann, { ...ben.node, ip: '10.0.0.3' }))).toBe('timeout');
    expect(sent).toHaveLength(1);
    await eve.stop();
  });

  it('is refused without an endpoint, if it is too large, above the limit of the queue, and after `stop`', async () => {
    const { node } = ben;
    const failures: unknown[] = [];
    for (const target of [
      { ...node, ip: undefined },
      { ...node, udp: 0 },
      { ...node, ip: '2001:db8::1' },
    ]) {
      failures.push(await failureOf(ann.dispatcher.request(target, PING)));
    }
    const large = { type: 'talkreq', protocol: new Uint8Array(0), payload: new Uint8Array(1_200) } as const;
    failures.push(await failureOf(ann.dispatcher.request(node, large)));
    network.passes = () => false;
    const waiting = Array.from({ length: MAX_QUEUED_PER_NODE + 2 }, () =>
      failureOf(ann.dispatcher.request(node, PING)),
    );
    failures.push(await waiting.pop());
    ann.dispatcher.stop();
    failures.push(await failureOf(ann.dispatcher.request(node, PING)));
    expect(failures).toEqual(['no-endpoint', 'no-endpoint', 'no-endpoint', 'too-large', 'busy', 'closed']);
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['closed']));
    ann.dispatcher.start();
  });

  it('is sent only to allowed addresses', async () => {
    const restricted = await new V5Node(network, clock, '10.0.0.4', 4, {
      allows: (ip) => ip !== '10.0.0.2',
    }).start();
    expect(await failureOf(restricted.dispatcher.request(ben.node, PING))).toBe('no-endpoint');
    await restricted.stop();
  });

  it('is answered when its responder resolves, and not after `stop`', async () => {
    const pong = { type: 'pong', enrSeq: 9n, ip: '10.0.0.1', port: 1 } as const;
    ben.respond = () => new Promise((resolve) => void clock.after(500, () => resolve([pong])));
    expect(await ask(ann, ben)).toEqual([pong]);
    const second = failureOf(ann.dispatcher.request(ben.node, PING));
    await clock.advance(100);
    const before = sent.length;
    ben.restart();
    expect(await clock.runUntil(second)).toBe('timeout');
    expect(sent).toHaveLength(before);
  });

  it('gets no answer if its responder fails', async () => {
    ben.respond = () => Promise.reject(new Error('broken'));
    expect(await failureOf(ask(ann, ben))).toBe('timeout');
    ben.respond = () => [{ type: 'talkresp', payload: new Uint8Array(1_300) }];
    expect(await failureOf(ask(ann, ben))).toBe('timeout');
    expect(ben.counters.drops).toEqual([
      { reason: 'answer-failed', count: 1 },
      { reason: 'answer-too-large', count: 1 },
    ]);
  });
});

describe('an answer of discovery v5', () => {
  const FINDNODE = { type: 'findnode', distances: [256] } as const;
  const part = (total: number): V5Response => ({ type: 'nodes', total, records: [] });

  it.each([
    ['one part', [part(1)], 1],
    ['three parts', [part(3), part(3), part(3)], 3],
    ['a total of 0', [part(0)], 1],
    ['more parts than the limit', Array.from({ length: 9 }, () => part(9)), 5],
    ['more parts than its total', [part(2), part(2), part(2)], 2],
  ])('of %s resolves with the accepted parts', async (_name, parts, accepted) => {
    ben.respond = () => parts;
    expect(await ask(ann, ben, FINDNODE)).toHaveLength(accepted);
    expect(clock.monotonic()).toBe(4 * LATENCY_MS);
  });

  it('with missing parts resolves with the received ones at the timeout', async () => {
    ben.respond = () => [part(3), part(3)];
    expect(await ask(ann, ben, FINDNODE)).toHaveLength(2);
    expect(clock.monotonic()).toBe(4 * LATENCY_MS + REPLY_TIMEOUT_MS);
  });

  it('ignores a part with another total', async () => {
    ben.respond = () => [part(2), part(5), part(2)];
    expect(await ask(ann, ben, FINDNODE)).toHaveLength(2);
    expect(ann.drops).toEqual(['wrong-answer']);
  });

  it('of another type is ignored', async () => {
    ben.respond = () => [part(1)];
    expect(await failureOf(ask(ann, ben))).toBe('timeout');
    expect(ann.drops).toEqual(['wrong-answer']);
  });

  it('after the timeout is dropped', async () => {
    await ask(ann, ben);
    ben.respond = () =>
      new Promise((resolve) => void clock.after(REPLY_TIMEOUT_MS, () => resolve([part(1)])));
    expect(await failureOf(ask(ann, ben, FINDNODE))).toBe('timeout');
    await clock.advance(100);
    expect(ann.drops).toEqual(['unsolicited']);
  });
});

describe('the recording of discovery v5', () => {
  const packets: TappedPacket[] = [];
  const tapOf = (isOn: boolean): PacketTap => ({
    isOn,
    packet: (packet) => packets.push(packet),
    dropped: () => undefined,
  });

  /** A handshake of ann with a node of this tap, then her first packet twice: a new challenge, and the same one again. */
  async function exchange(tap: PacketTap): Promise<void> {
    packets.length = 0;
    const cat = await new V5Node(network, clock, '10.0.0.3', 3, { tap }).start();
    let first: Uint8Array | undefined;
    network.tap = (datagram) => {
      first ??= datagram.slice();
    };
    await ask(ann, cat);
    for (let count = 0; count < 2; count++) cat.handle(first!, ann.address);
    await cat.stop();
    expect(cat.events.of('discovery/packet')).toHaveLength(5);
  }

  it('has each packet that is counted, a repeated challenge too', async () => {
    await exchange(tapOf(true));
    expect(packets.map(({ direction, code }) => `${direction} ${code}`)).toEqual([
      'out 0',
      'in 1',
      'out 2',
      'out 0',
      'out 0',
    ]);
    const [, ping, pong, challenge, repeated] = packets;
    expect(ping?.exchange).toBe(pong?.exchange);
    expect(repeated).toEqual(challenge);
    expect(new Set(packets.map(({ idHex }) => idHex))).toEqual(new Set([ann.node.idHex]));
  });

  it('gets nothing while it is off', async () => {
    await exchange(tapOf(false));
    expect(packets).toEqual([]);
  });
});
