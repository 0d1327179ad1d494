import { PacketCounters } from '../../../src-main/discovery/socket/packet-counters.ts';
import { PacketDispatcher } from '../../../src-main/discovery/v5/dispatcher.ts';
import { decodeMessage, V5_PACKET_NAMES, type V5Request } from '../../../src-main/discovery/v5/messages.ts';
import { openMessage, readPacket } from '../../../src-main/discovery/v5/packet.ts';
import { PacketReports } from '../../../src-main/discovery/v5/packet-reports.ts';
import { Session } from '../../../src-main/discovery/v5/session-cache.ts';
import { V5Wire } from '../../../src-main/discovery/v5/wire.ts';
import type { SocketAddress } from '../../../src-main/base/network.ts';
import { generatePrivateKey, publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { systemClock, systemRandom } from '../../../src-main/base/system-runtime.ts';
import { signEnr } from '../../../src-main/node-record/enr.ts';
import { nodeFromRecord } from '../../../src-main/node-record/node-factory.ts';
import { nodeIdOf } from '../../../src-main/node-record/node-id.ts';
import type { Node } from '../../../src-main/node-record/node.ts';
import { rate, rateOf } from '../rate.ts';
import type { Discv5Contestant, Discv5Measured } from './figures.ts';

const PING: V5Request = { type: 'ping', enrSeq: 1n };
const REQUEST_ID = new Uint8Array(8).fill(1);

/** Our own code, as the node runs it, but for the sockets: packets go from one end to the other by a call. */
export async function openOursDiscv5(): Promise<Discv5Contestant> {
  return {
    measure: async (seconds) => ({
      ...(await ordinary(seconds)),
      'discv5 handshake': 1000 / (await handshakes(seconds)),
    }),
    close: () => Promise.resolve(),
  };
}

interface Channel {
  deliver: (datagram: Uint8Array) => void;
}

/** A channel that passes its packets to `deliver`. */
function channelTo(target: Channel) {
  return {
    families: ['ipv4'] as const,
    send: (datagram: Uint8Array): boolean => {
      target.deliver(datagram);
      return true;
    },
  };
}

const quiet = { emit: () => undefined };

async function ordinary(seconds: number): Promise<Pick<Discv5Measured, 'discv5 encode' | 'discv5 decode'>> {
  const [near, far] = [1, 2].map(() => nodeIdOf(publicKeyOf(generatePrivateKey(systemRandom))));
  if (near === undefined || far === undefined) throw new Error('unreachable');
  let last: Uint8Array = new Uint8Array(0);
  const wire = new V5Wire({
    localId: near,
    channel: channelTo({ deliver: (datagram) => (last = datagram) }),
    random: systemRandom,
    reports: new PacketReports({
      events: quiet,
      counters: new PacketCounters(systemClock, V5_PACKET_NAMES),
    }),
  });
  const session = new Session(systemRandom.bytes(16), systemRandom.bytes(16));
  const to = { id: far, address: { ip: '127.0.0.1', port: 30_303 } };
  const encode = await rate(seconds, () =>
    wire.sendMessage(to, session, { requestId: REQUEST_ID, message: PING }),
  );
  const decode = await rate(seconds, () => {
    const packet = readPacket(last, far);
    if (packet.kind !== 'ordinary') throw new Error('no ordinary packet');
    const message = openMessage(packet, session.writeKey);
    if (message === undefined) throw new Error('the packet did not open');
    decodeMessage(message);
  });
  return { 'discv5 encode': encode, 'discv5 decode': decode };
}

/** One end; its packets go to the other end. */
function openEnd(address: SocketAddress, target: Channel): { dispatcher: PacketDispatcher; node: Node } {
  const privateKey = generatePrivateKey(systemRandom);
  const record = signEnr({ ip: Uint8Array.of(127, 0, 0, 1), udp: address.port }, 1n, privateKey);
  const dispatcher = new PacketDispatcher({
    privateKey,
    localId: nodeIdOf(publicKeyOf(privateKey)),
    local: { current: () => record },
    channel: channelTo(target),
    clock: systemClock,
    random: systemRandom,
    events: quiet,
    counters: new PacketCounters(systemClock, V5_PACKET_NAMES),
    respond: (from) => [{ type: 'pong', enrSeq: 1n, ...from.address }],
    recordOf: () => undefined,
  });
  return { dispatcher, node: nodeFromRecord(record) };
}

function take(dispatcher: PacketDispatcher, datagram: Uint8Array, from: SocketAddress): void {
  if (dispatcher.recognises(datagram)) dispatcher.handle(datagram, from);
}

async function handshakes(seconds: number): Promise<number> {
  const [near, far] = [30_303, 30_304].map((port) => ({ ip: '127.0.0.1', port }));
  if (near === undefined || far === undefined) throw new Error('unreachable');
  const [toFar, toNear]: Channel[] = [{ deliver: () => undefined }, { deliver: () => undefined }];
  if (toFar === undefined || toNear === undefined) throw new Error('unreachable');
  const dialer = openEnd(near, toFar);
  const host = openEnd(far, toNear);
  // As with a socket: no packet arrives during a send.
  toFar.deliver = (datagram) => queueMicrotask(() => take(host.dispatcher, datagram, near));
  toNear.deliver = (datagram) => queueMicrotask(() => take(dialer.dispatcher, datagram, far));
  const forgetSessions = (): void => {
    for (const { dispatcher } of [dialer, host]) {
      dispatcher.stop();
      dispatcher.start();
    }
  };
  const perSecond = await rateOf(
    seconds,
    async () => {
      await dialer.dispatcher.request(host.node, PING);
    },
    forgetSessions,
  );
  for (const { dispatcher } of [dialer, host]) dispatcher.stop();
  return perSecond;
}
