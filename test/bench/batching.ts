import type { Logger } from '../../src-main/base/runtime.ts';
import { publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { systemClock, systemRandom } from '../../src-main/base/system-runtime.ts';
import { createHello, exchangeHello } from '../../src-main/p2p/hello.ts';
import type { MessageClass } from '../../src-main/p2p/message-class.ts';
import { startSession } from '../../src-main/p2p/peer-session.ts';
import type { Channel, Protocol } from '../../src-main/p2p/protocol.ts';
import { countWrites } from '../support/counted-writes.ts';
import { Link } from './link.ts';
import type { Figure } from './rows.ts';

/** About the size of an announcement of five transactions, bytes. */
const ANNOUNCEMENT_BYTES = 200;

/** The figures of announcements that arrive one per turn of the event loop, as from a network. */
export const BATCHING_FIGURES = [
  {
    name: 'announcements',
    what: 'of 200 bytes over one session, sent and received',
    unit: 'messages/s',
    better: 'higher',
  },
  {
    name: 'announcement writes',
    what: 'system calls for each of these messages',
    unit: 'writes/message',
    better: 'lower',
  },
] as const satisfies readonly Figure[];

type BatchingFigure = (typeof BATCHING_FIGURES)[number]['name'];
type Measured = Readonly<Record<BatchingFigure, number>>;

/** The figures with announcements collected, and with each message on its own. */
export interface Batching {
  readonly collected: Measured;
  readonly alone: Measured;
}

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

/** Measures both ways, one after the other. */
export async function measureBatching(seconds: number): Promise<Batching> {
  const link = await Link.open();
  const collected = await measure(link, seconds, 'announcement');
  const alone = await measure(link, seconds, 'answer');
  await link.close();
  return { collected, alone };
}

/** A protocol whose messages are of one class; without a class nothing is limited. */
function protocolOf(run: (channel: Channel) => Promise<void>, kind?: MessageClass): Protocol {
  return { name: 'bench', version: 1, length: 2, messageName: () => 'Bench', classOf: () => kind, run };
}

async function measure(link: Link, seconds: number, kind: MessageClass): Promise<Measured> {
  let sender: Channel | undefined;
  let received = 0;
  let writes = 0;
  let onLast: () => void = () => undefined;
  const last = new Promise<void>((resolve) => (onLast = resolve));
  const near = protocolOf((channel) => {
    sender = channel;
    return new Promise(() => undefined);
  }, kind);
  const far = protocolOf(async (channel) => {
    for (;;) {
      if ((await channel.receive()).code === 1) onLast();
      else received += 1;
    }
  });
  const ends = await link.connect((stream) => countWrites(stream, () => (writes += 1)));
  const hellos = await Promise.all([
    exchangeHello(ends.near, helloOf(link.dialerKey, near)),
    exchangeHello(ends.far, helloOf(link.hostKey, far)),
  ]);
  const options = { clock: systemClock, events: { emit() {} }, logger: silent };
  const sessions = hellos.map((hello, index) => startSession(hello, [index === 0 ? near : far], options));
  const payload = systemRandom.bytes(ANNOUNCEMENT_BYTES);
  writes = 0;
  const start = performance.now();
  while (performance.now() < start + seconds * 1000) {
    sender?.send(0, payload);
    if (sender?.congested === true) await sender.ready();
    await new Promise((resolve) => setImmediate(resolve));
  }
  sender?.send(1, payload);
  await last;
  const elapsed = (performance.now() - start) / 1000;
  await Promise.all(sessions.map((session) => session.disconnect('client-quitting')));
  return { announcements: received / elapsed, 'announcement writes': writes / (received + 1) };
}

function helloOf(privateKey: Uint8Array, protocol: Protocol): ReturnType<typeof createHello> {
  return createHello({
    clientName: 'Enodeck/bench',
    publicKey: publicKeyOf(privateKey),
    protocols: [protocol],
  });
}
