import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { EthereumJsLink, ethereumJsFile, pumpEthereumJs } from './ethereumjs-link.ts';
import type { Contestant, Measured } from './figures.ts';
import { rate, rateOf } from './rate.ts';

interface MessageFile {
  encode(type: string, data: unknown, privateKey: Uint8Array): Uint8Array;
  decode(bytes: Uint8Array): { readonly publicKey: Uint8Array };
}
interface Ecies {
  createAuthEIP8(): Uint8Array;
  parseAuthEIP8(auth: Uint8Array): void;
  createAckEIP8(): Uint8Array;
  parseAckEIP8(ack: Uint8Array): void;
  _gotEIP8Auth: boolean;
  _gotEIP8Ack: boolean;
}
interface EciesFile {
  ECIES: new (privateKey: Uint8Array, id: Uint8Array, remoteId: Uint8Array | null) => Ecies;
}

const { encode, decode } = await ethereumJsFile<MessageFile>('dpt/message.js');
const { ECIES } = await ethereumJsFile<EciesFile>('rlpx/ecies.js');

/** Messages in transit at most: it has no backpressure, and its reader becomes slower with queued data. */
const WINDOW = { large: 2, small: 64 };

async function measure(link: EthereumJsLink, seconds: number): Promise<Measured> {
  const endpoint = { address: '127.0.0.1', udpPort: 30_303, tcpPort: 30_303 };
  const ping = { version: 4, from: endpoint, to: endpoint };
  const packet = encode('ping', ping, link.dialer);
  const encoded = await rate(seconds, () => encode('ping', ping, link.dialer));
  const decoded = await rate(seconds, () => decode(packet));
  const handshakes = await rateOf(seconds, () => handshake(link));
  const megabyte = new Uint8Array(randomBytes(1_048_576));
  const large = await messages(link, seconds, megabyte, WINDOW.large);
  const small = await messages(link, seconds, megabyte.subarray(0, 1024), WINDOW.small);
  return {
    'discv4 decode': decoded,
    'discv4 encode': encoded,
    handshake: 1000 / handshakes,
    'rlpx 1 MiB': (large * megabyte.length) / 1e6,
    'rlpx 1 KiB': small,
  };
}

/** The encryption handshake alone, as ours and geth's: no Hello, no Status. */
async function handshake(link: EthereumJsLink): Promise<void> {
  const { near, far } = await link.sockets();
  const initiator = new ECIES(link.dialer, link.dialerKey, link.hostKey);
  const recipient = new ECIES(link.host, link.hostKey, null);
  recipient._gotEIP8Auth = true;
  initiator._gotEIP8Ack = true;
  near.write(initiator.createAuthEIP8());
  const [auth] = (await once(far, 'data')) as [Buffer];
  recipient.parseAuthEIP8(new Uint8Array(auth));
  far.write(recipient.createAckEIP8());
  const [ack] = (await once(near, 'data')) as [Buffer];
  initiator.parseAckEIP8(new Uint8Array(ack));
  const closed = [once(near, 'close'), once(far, 'close')];
  near.destroy();
  far.destroy();
  await Promise.all(closed);
}

/** Messages a second. */
async function messages(
  link: EthereumJsLink,
  seconds: number,
  payload: Uint8Array,
  window: number,
): Promise<number> {
  const session = await link.session();
  const start = performance.now();
  const received = await pumpEthereumJs(session, payload, window, start + seconds * 1000);
  const elapsed = performance.now() - start;
  session.close();
  return (received * 1000) / elapsed;
}

/** The peer implementation in the same language. */
export async function openEthereumJs(): Promise<Contestant> {
  const link = await EthereumJsLink.open();
  return {
    measure: (seconds) => measure(link, seconds),
    close: () => link.close(),
  };
}
