import { decodePacket, encodePacket } from '../../src-main/discovery/v4/packet.ts';
import type { Ping } from '../../src-main/discovery/v4/messages.ts';
import { systemRandom } from '../../src-main/base/system-runtime.ts';
import type { Contestant, Measured } from './figures.ts';
import type { TapSource } from '../../src-main/events/connection-tap.ts';
import { Link } from './link.ts';
import { rate, rateOf } from './rate.ts';

/** The code of the first message of a subprotocol. */
const FIRST_CODE = 16;

/** Our own code, as the node runs it: system sockets, clock and randomness. */
export async function openOurs(): Promise<Contestant> {
  const link = await Link.open();
  return {
    measure: (seconds) => measure(link, seconds),
    close: () => link.close(),
  };
}

async function measure(link: Link, seconds: number): Promise<Measured> {
  const { encode, decode } = await discovery(link.dialerKey, seconds);
  const handshakes = await rateOf(seconds, async () => {
    const { near, far } = await link.connect();
    near.destroy();
    far.destroy();
    await Promise.all([near.closed, far.closed]);
  });
  const megabyte = systemRandom.bytes(1_048_576);
  const large = await messages(link, seconds, megabyte);
  const small = await messages(link, seconds, megabyte.subarray(0, 1024));
  return {
    'discv4 decode': decode,
    'discv4 encode': encode,
    handshake: 1000 / handshakes,
    'rlpx 1 MiB': (large * megabyte.length) / 1e6,
    'rlpx 1 KiB': small,
  };
}

async function discovery(key: Uint8Array, seconds: number): Promise<{ encode: number; decode: number }> {
  const endpoint = { ip: '127.0.0.1', udp: 30_303, tcp: 30_303 };
  const ping: Ping = {
    type: 'ping',
    version: 4,
    from: endpoint,
    to: endpoint,
    expiration: Math.floor(Date.now() / 1000) + 3600,
    enrSeq: 1n,
  };
  const { datagram } = encodePacket(ping, key);
  return {
    encode: await rate(seconds, () => encodePacket(ping, key)),
    decode: await rate(seconds, () => decodePacket(datagram)),
  };
}

/** Messages a second over one connection. @param taps record both ends */
export async function messages(
  link: Link,
  seconds: number,
  payload: Uint8Array,
  taps?: TapSource,
): Promise<number> {
  const { near, far } = await link.connect(undefined, taps);
  near.enableCompression();
  far.enableCompression();
  let received = 0;
  const done = new Promise<void>((resolve, reject) => {
    far.consume({
      onMessage: (message) => {
        if (message.code === FIRST_CODE) received += 1;
        else resolve();
      },
      onEnd: reject,
    });
  });
  const start = performance.now();
  const end = start + seconds * 1000;
  while (performance.now() < end) {
    near.send(FIRST_CODE, payload);
    if (near.congested) await near.drained();
  }
  near.send(FIRST_CODE + 1, new Uint8Array(0));
  await done;
  const elapsed = performance.now() - start;
  near.destroy();
  far.destroy();
  return (received * 1000) / elapsed;
}
