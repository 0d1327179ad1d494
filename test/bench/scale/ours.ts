import { Table } from '../../../src-main/discovery/table/table.ts';
import { publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { systemClock, systemRandom } from '../../../src-main/base/system-runtime.ts';
import { systemDatagramTransport } from '../../../src-main/base/udp.ts';
import { nodeFromParts } from '../../../src-main/node-record/node-factory.ts';
import { nodeIdOf } from '../../../src-main/node-record/node-id.ts';
import { createHello, exchangeHello } from '../../../src-main/p2p/hello.ts';
import { startSession, type PeerSession } from '../../../src-main/p2p/peer-session.ts';
import type { Channel, Protocol } from '../../../src-main/p2p/protocol.ts';
import { DiscoveryNode } from '../../support/discovery-node.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { Link, type Pair } from '../link.ts';
import type { PumpSession, ScaleContestant, TableCandidate, TableUnderTest } from './figures.ts';

/** Without limits: one host pings as fast as it can, and the filter is not measured. */
const UNLIMITED = { perSecond: 1e9, burst: 1e9 };
const NO_LIMITS = {
  host: UNLIMITED,
  localHost: UNLIMITED,
  subnet: UNLIMITED,
  total: UNLIMITED,
  reserved: UNLIMITED,
};
/** Nodes that findnode and neighbors speak of at once. */
const CLOSEST = 16;

const options = { clock: systemClock, events: { emit: () => undefined }, logger: silentLogger };

/** A protocol with one message. `start` gets the channel. */
const benchProtocol = (start: (channel: Channel) => Promise<void>): Protocol => ({
  name: 'bench',
  version: 1,
  length: 8,
  messageName: () => 'Bench',
  run: async (channel) => {
    channel.established();
    await start(channel);
  },
});

/** Both ends after Hello; `protocols` of the near and the far end. */
async function greet(
  link: Link,
  protocols: readonly [Protocol, Protocol],
): Promise<[PeerSession, PeerSession]> {
  const { near, far }: Pair = await link.connect();
  const hello = (key: Uint8Array, protocol: Protocol): ReturnType<typeof createHello> =>
    createHello({ clientName: 'Enodeck/bench', publicKey: publicKeyOf(key), protocols: [protocol] });
  const [nearHello, farHello] = await Promise.all([
    exchangeHello(near, hello(link.dialerKey, protocols[0])),
    exchangeHello(far, hello(link.hostKey, protocols[1])),
  ]);
  return [startSession(nearHello, [protocols[0]], options), startSession(farHello, [protocols[1]], options)];
}

const idle = benchProtocol(async (channel) => {
  for (;;) await channel.receive();
});

async function accept(link: Link): Promise<() => void> {
  const ends = await greet(link, [idle, idle]);
  return () => {
    for (const end of ends) void end.disconnect('client-quitting');
  };
}

async function pumpSession(link: Link): Promise<PumpSession> {
  let nearChannel: Channel | undefined;
  let arrived = 0;
  let onLast: () => void = () => undefined;
  const near = benchProtocol((channel) => {
    nearChannel = channel;
    return new Promise(() => undefined);
  });
  const far = benchProtocol(async (channel) => {
    for (;;) {
      if ((await channel.receive()).code === 0) arrived += 1;
      else onLast();
    }
  });
  const ends = await greet(link, [near, far]);
  const channel = nearChannel;
  if (channel === undefined) throw new Error('the protocol does not run');
  return {
    pump: async (payload, until) => {
      const before = arrived;
      const last = new Promise<void>((resolve) => (onLast = resolve));
      await pump(channel, payload, until);
      await last;
      return arrived - before;
    },
    send: (payload) => {
      channel.send(0, payload);
    },
    arrived: () => arrived,
    close: () => {
      for (const end of ends) void end.disconnect('client-quitting');
    },
  };
}

/** Sends until the time is over, and then a message with code 1 as the end mark. */
async function pump(channel: Channel, payload: Uint8Array, until: number): Promise<void> {
  for (let sent = 0; performance.now() < until; sent += 1) {
    channel.send(0, payload);
    if (channel.congested) await channel.ready();
    // Yields: a hundred of these loops share the thread.
    else if (sent % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  channel.send(1, new Uint8Array(0));
}

function tableOf(nodes: readonly TableCandidate[]): TableUnderTest {
  const table = new Table({
    selfId: systemRandom.bytes(32),
    clock: systemClock,
    random: systemRandom,
    events: { emit: () => undefined },
  });
  const made = nodes.map(({ publicKey, ip }) => nodeFromParts({ publicKey, ip, udp: 30_303, tcp: 30_303 }));
  return {
    addAll: () => {
      for (const node of made) table.addFound(node);
    },
    closest: (target) => table.closest(nodeIdOf(target), CLOSEST, false).nodes.length,
  };
}

/** Our code with many sessions, pings and nodes. */
export async function openOursScale(): Promise<ScaleContestant> {
  const link = await Link.open();
  const discovery = new DiscoveryNode({
    transport: systemDatagramTransport,
    clock: systemClock,
    random: systemRandom,
    addresses: [{ ip: '127.0.0.1', port: 0 }],
    events: { emit: () => undefined },
    filterLimits: NO_LIMITS,
  });
  await discovery.start();
  return {
    accept: () => accept(link),
    session: () => pumpSession(link),
    discoveryPort: discovery.discovery.socket.local('ipv4')?.port ?? 0,
    table: tableOf,
    close: async () => {
      await discovery.stop();
      await link.close();
    },
  };
}
