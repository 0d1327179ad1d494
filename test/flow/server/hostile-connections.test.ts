import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NETWORKS } from '../../../src-main/chain/networks.ts';
import { createGenesisChain } from '../../../src-main/eth/genesis-chain.ts';
import { encodeEthMessage, type EthMessage } from '../../../src-main/eth/messages.ts';
import { createEthProtocols } from '../../../src-main/eth/session.ts';
import type { ByteStream } from '../../../src-main/base/network.ts';
import { generatePrivateKey, publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { systemClock, systemRandom } from '../../../src-main/base/system-runtime.ts';
import { systemStreamDialer } from '../../../src-main/base/tcp.ts';
import { BASE_PROTOCOL_LENGTH } from '../../../src-main/p2p/capabilities.ts';
import { createHello, exchangeHello } from '../../../src-main/p2p/hello.ts';
import { encodeHello } from '../../../src-main/p2p/messages.ts';
import type { RlpxConnection } from '../../../src-main/rlpx/connection.ts';
import { secureOutbound } from '../../../src-main/rlpx/secure.ts';
import { RlpxError } from '../../../src-main/rlpx/errors.ts';
import { createAuth, sealAuth } from '../../../src-main/rlpx/handshake.ts';
import { countHeld } from '../../support/held-resources.ts';
import { limitsOf, P2pNode } from '../../support/p2p-node.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

/** Connections for each stage. */
const ROUNDS = 25;

/** Most random bytes on one connection: more than a handshake packet, and several frames. */
const MOST_BYTES = 4_000;

const protocols = createEthProtocols(createGenesisChain(NETWORKS.sepolia, systemClock));
/** The version that both sides choose. */
const VERSION = 71;
const random = new SeededRandom(42);
let victim: P2pNode;
let before: number;

const held = (): number => countHeld(/^TCP|^Timeout$/);

beforeEach(async () => {
  before = held();
  victim = new P2pNode({
    protocols,
    limits: limitsOf(50, 10),
  });
  await victim.server.start();
});

afterEach(() => victim.server.stop());

/** A connection to the victim, with its own key. */
interface Attacker {
  readonly stream: ByteStream;
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

async function connect(): Promise<Attacker> {
  const stream = await systemStreamDialer.dial(victim.server.listening[0]!, { timeoutMs: 5_000 });
  const privateKey = generatePrivateKey(random);
  return { stream, privateKey, publicKey: publicKeyOf(privateKey) };
}

const secure = ({ stream, privateKey }: Attacker): Promise<RlpxConnection> =>
  secureOutbound(stream, {
    privateKey,
    remotePublicKey: victim.publicKey,
    random: systemRandom,
    clock: systemClock,
  });

const helloOf = ({ publicKey }: Attacker): ReturnType<typeof createHello> =>
  createHello({ clientName: 'Attacker/v1', publicKey, protocols });

async function greet(attacker: Attacker): Promise<RlpxConnection> {
  const connection = await secure(attacker);
  await exchangeHello(connection, helloOf(attacker));
  return connection;
}

/** A copy with one byte changed, or truncated. */
function changed(bytes: Uint8Array): Uint8Array {
  if (random.below(4) === 0) return bytes.slice(0, random.below(bytes.length));
  const copy = bytes.slice();
  const at = random.below(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 + random.below(255));
  return copy;
}

const noise = (): Uint8Array => random.bytes(random.below(MOST_BYTES));

/** Closes the connection from the attacker's side, unless the victim has; resolves when it is closed. */
async function hangUp({ stream }: Attacker, how: number): Promise<void> {
  const closed = new Promise((resolve) => stream.onClose(resolve));
  if (how % 2 === 0) stream.end();
  else stream.destroy();
  await closed;
}

/** Sends a valid or modified message, a random one, or bytes that are no frame. */
async function attackSession(
  attacker: Attacker,
  connection: RlpxConnection,
  messages: readonly EthMessage[],
): Promise<void> {
  const how = random.below(10);
  const { code, payload } = encodeEthMessage(VERSION, messages[random.below(messages.length)]!);
  try {
    if (how === 0) attacker.stream.write(noise());
    else if (how === 1) connection.send(random.below(4), random.bytes(random.below(8)));
    else if (how < 4) connection.send(random.below(40), noise());
    else connection.send(BASE_PROTOCOL_LENGTH + code, how < 8 ? changed(payload) : payload);
  } catch (error) {
    // The victim has closed the connection.
    expect(error).toBeInstanceOf(RlpxError);
  }
  await nextTurn();
}

const hash = new Uint8Array(32).fill(7);
const status: EthMessage = {
  name: 'Status',
  status: {
    form: 'block-range',
    version: VERSION,
    networkId: NETWORKS.sepolia.networkId,
    genesisHash: NETWORKS.sepolia.genesisHash,
    forkId: createGenesisChain(NETWORKS.sepolia, systemClock).forkId(),
    range: { earliest: 0n, latest: 0n, latestHash: hash },
  },
};
const query = { start: { hash }, limit: 3n, skip: 0n, reverse: false };
const running: readonly EthMessage[] = [
  { name: 'GetBlockHeaders', requestId: 1n, query },
  { name: 'GetBlockBodies', requestId: 2n, hashes: [hash, hash] },
  { name: 'GetReceipts', requestId: 3n, firstIndex: 1n, hashes: [hash] },
  { name: 'GetPooledTransactions', requestId: 4n, hashes: [hash] },
  { name: 'GetBlockAccessLists', requestId: 6n, hashes: [hash] },
  { name: 'BlockAccessLists', requestId: 7n, lists: [undefined] },
  { name: 'BlockHeaders', requestId: 5n, headers: [] },
  { name: 'NewPooledTransactionHashes', types: Uint8Array.of(2), sizes: [100], hashes: [hash] },
  { name: 'BlockRangeUpdate', range: { earliest: 0n, latest: 5n, latestHash: hash } },
];

/** The attack on each stage; afterwards the connection is closed in any case. */
const STAGES: Readonly<Record<string, (attacker: Attacker) => Promise<void> | void>> = {
  'before the handshake': ({ stream }) => {
    const bytes = noise();
    // Half of them start with a valid size.
    if (random.below(2) === 0) bytes.fill(0, 0, 1);
    stream.write(bytes);
  },
  'instead of auth': ({ stream, privateKey }) => {
    const ephemeralKey = generatePrivateKey(random);
    const keys = { privateKey, remotePublicKey: victim.publicKey, ephemeralKey, nonce: random.bytes(32) };
    const auth = createAuth(keys);
    const secret = { ephemeralKey, iv: random.bytes(16), padding: 100 };
    // Half of them are encrypted correctly, with a wrong message.
    const wrong = random.below(2) === 0;
    const message = wrong ? { ...auth, signature: changed(auth.signature) } : auth;
    const packet = sealAuth(message, victim.publicKey, secret);
    stream.write(wrong ? packet : changed(packet));
  },
  'instead of frames': async (attacker) => {
    await secure(attacker);
    attacker.stream.write(noise());
  },
  'instead of Hello': async (attacker) => {
    const connection = await secure(attacker);
    const isHello = random.below(2) === 0;
    if (isHello) connection.send(0, changed(encodeHello(helloOf(attacker))));
    else connection.send(random.below(30), noise());
  },
  'instead of Status': async (attacker) => {
    await attackSession(attacker, await greet(attacker), [status]);
  },
  'in a running session': async (attacker) => {
    const connection = await greet(attacker);
    const { code, payload } = encodeEthMessage(VERSION, status);
    connection.send(BASE_PROTOCOL_LENGTH + code, payload);
    await nextTurn();
    for (let turn = 0; turn < 4; turn++) await attackSession(attacker, connection, running);
  },
};

describe('a server on real sockets', () => {
  it.each(Object.keys(STAGES))(
    'survives random bytes %s, and keeps no peer, socket or timer of them',
    async (stage) => {
      const attack = STAGES[stage]!;
      for (let round = 0; round < ROUNDS; round++) {
        const attacker = await connect();
        await attack(attacker);
        await nextTurn();
        await hangUp(attacker, round);
      }
      const honest = new P2pNode({ protocols });
      await honest.server.start();
      honest.server.dialing.addStatic(victim.node());
      await victim.events.first('peer/added', ({ idHex }) => idHex === honest.idHex);
      await honest.server.stop();
      await victim.server.stop();
      const ends = [...victim.events.of('inbound/ended'), ...victim.events.of('peer/dropped')];
      expect(ends).toHaveLength(ROUNDS + 1);
      for (const { cause } of ends) expect(cause.code).not.toBe('internal-error');
      expect(victim.server.counts().total).toBe(0);
      await nextTurn();
      expect(held()).toBeLessThanOrEqual(before);
    },
  );
});
