import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ByteStream } from '../../../src-main/base/network.ts';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import { generatePrivateKey, publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { MAX_HANDSHAKE_PACKET } from '../../../src-main/rlpx/constants.ts';
import { RlpxError, type PreEip8Error } from '../../../src-main/rlpx/errors.ts';
import {
  initiate,
  PacketSource,
  respond,
  type HandshakeResult,
} from '../../../src-main/rlpx/handshake-exchange.ts';
import {
  createAuth,
  deriveSecrets,
  openAuth,
  openPlainAck,
  sealAuth,
} from '../../../src-main/rlpx/handshake.ts';
import { plainAuthOf } from '../../support/plain-auth.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

const random = new SeededRandom(21);
const ours = generatePrivateKey(random);
const theirs = generatePrivateKey(random);

/** A stream that records writes and pauses, and receives what the test pushes. */
class ScriptedStream implements ByteStream {
  readonly remote = { ip: '10.0.0.2', port: 30_303 };
  readonly local = { ip: '10.0.0.1', port: 50_000 };
  readonly queued = 0;
  readonly written: Uint8Array[] = [];
  paused = false;
  push: (chunk: Uint8Array) => void = () => undefined;
  readonly onClose = vi.fn(() => () => undefined);
  readonly end = vi.fn();
  readonly destroy = vi.fn();

  onData(listener: (chunk: Uint8Array) => void): void {
    this.push = listener;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  write(bytes: Uint8Array): boolean {
    this.written.push(bytes);
    return true;
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }
}

let stream: ScriptedStream;
let source: PacketSource;

beforeEach(() => {
  stream = new ScriptedStream();
  source = new PacketSource(stream);
});

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const bytes = (length: number, fill = 7): Uint8Array => new Uint8Array(length).fill(fill);

describe('the packet source', () => {
  it('returns packets of the requested length in order, across chunks', async () => {
    stream.push(Uint8Array.of(1, 2));
    expect(await source.packet(1)).toEqual(Uint8Array.of(1));
    const packet = source.packet(3);
    stream.push(Uint8Array.of(3));
    let isResolved = false;
    void packet.then(() => (isResolved = true));
    await settle();
    expect(isResolved).toBe(false);
    stream.push(Uint8Array.of(4));
    expect(await packet).toEqual(Uint8Array.of(2, 3, 4));
    expect(source.isEmpty).toBe(true);
  });

  it('peeks without removal', async () => {
    stream.push(Uint8Array.of(1, 2, 3));
    expect(await source.peek(2)).toEqual(Uint8Array.of(1, 2));
    expect(source.isEmpty).toBe(false);
    expect(await source.packet(3)).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('accepts a packet of 2,048 bytes and refuses a larger one by its size prefix', async () => {
    const largest = Uint8Array.of(0x08, 0x00, ...bytes(MAX_HANDSHAKE_PACKET));
    stream.push(largest);
    expect(await source.sizedPacket()).toEqual(largest);
    stream.push(Uint8Array.of(0x08, 0x01));
    await expect(source.sizedPacket()).rejects.toMatchObject({
      code: 'handshake-too-large',
      params: { size: MAX_HANDSHAKE_PACKET + 1 },
    });
  });

  it('pauses the stream above the largest request of 2,050 bytes', () => {
    stream.push(bytes(MAX_HANDSHAKE_PACKET + 2));
    expect(stream.paused).toBe(false);
    stream.push(bytes(1));
    expect(stream.paused).toBe(true);
  });

  it('rejects the pending and later reads with the first error', async () => {
    const pending = source.packet(4);
    source.fail(new RlpxError('handshake-timeout'));
    source.fail(new RlpxError('closed-by-remote'));
    await expect(pending).rejects.toMatchObject({ code: 'handshake-timeout' });
    await expect(source.packet(1)).rejects.toMatchObject({ code: 'handshake-timeout' });
    stream.push(bytes(4));
    expect(await source.packet(4)).toEqual(bytes(4));
  });

  it('pauses the stream and returns the rest', async () => {
    stream.push(bytes(5));
    await source.packet(2);
    expect(source.rest()).toEqual(bytes(3));
    expect(stream.paused).toBe(true);
    expect(source.isEmpty).toBe(true);
  });
});

/** Runs both sides of a handshake, with `suffix` behind the ack. */
async function exchange(suffix = new Uint8Array(0)): Promise<[HandshakeResult, HandshakeResult]> {
  const acceptor = new ScriptedStream();
  const inbound = respond(new PacketSource(acceptor), acceptor, {
    privateKey: theirs,
    random,
    acceptPreEip8: false,
  });
  const outbound = initiate(source, stream, {
    privateKey: ours,
    remotePublicKey: publicKeyOf(theirs),
    random,
  });
  acceptor.push(stream.written[0]!);
  const accepted = await inbound;
  stream.push(Uint8Array.from([...acceptor.written[0]!, ...suffix]));
  return [await outbound, accepted];
}

describe('the handshake exchange', () => {
  it('yields the same secrets and the keys of the remote side', async () => {
    const [initiator, recipient] = await exchange();
    expect(initiator.remotePublicKey).toEqual(publicKeyOf(theirs));
    expect(recipient.remotePublicKey).toEqual(publicKeyOf(ours));
    expect(initiator.secrets.aesKey).toEqual(recipient.secrets.aesKey);
    expect(initiator.secrets.macKey).toEqual(recipient.secrets.macKey);
    expect(initiator.secrets.egress).toEqual(recipient.secrets.ingress);
    expect(initiator.secrets.ingress).toEqual(recipient.secrets.egress);
    expect(initiator.secrets.egress).not.toEqual(initiator.secrets.ingress);
  });

  it('returns a key that does not retain the received packet', async () => {
    const [, recipient] = await exchange();
    expect(recipient.remotePublicKey.buffer.byteLength).toBe(64);
    const other = new ScriptedStream();
    const inbound = respond(new PacketSource(other), other, {
      privateKey: theirs,
      random,
      acceptPreEip8: false,
    });
    other.push(plainAuthOf(ours, { publicKey: publicKeyOf(theirs), privateKey: theirs }, random));
    const error: unknown = await inbound.catch((reason: unknown) => reason);
    const { remotePublicKey } = error as PreEip8Error;
    expect(remotePublicKey).toEqual(publicKeyOf(ours));
    expect(remotePublicKey?.buffer.byteLength).toBe(64);
  });

  it('returns bytes that follow the ack, which belong to the first frame', async () => {
    const [initiator, recipient] = await exchange(Uint8Array.of(1, 2, 3));
    expect(initiator.rest).toEqual(Uint8Array.of(1, 2, 3));
    expect(recipient.rest).toEqual(new Uint8Array(0));
  });

  it.each([
    ['100', 0],
    ['199', 99],
  ])('pads auth with %s zero bytes at the limit of its range', async (_, draw) => {
    const fixed = { bytes: (length: number) => random.bytes(length), below: vi.fn(() => draw) };
    const outbound = initiate(source, stream, {
      privateKey: ours,
      remotePublicKey: publicKeyOf(theirs),
      random: fixed,
    });
    outbound.catch(() => undefined);
    await settle();
    const [packet] = stream.written;
    const auth = openAuth(packet!, theirs);
    const shortest = sealAuth(auth, publicKeyOf(theirs), {
      ephemeralKey: keccak256(random.bytes(4)),
      iv: random.bytes(16),
      padding: 0,
    });
    expect(fixed.below).toHaveBeenCalledWith(100);
    expect(packet!.length - shortest.length).toBe(100 + draw);
    source.fail(new RlpxError('closed-by-us'));
    await expect(outbound).rejects.toMatchObject({ code: 'closed-by-us' });
  });

  it('answers a pre-EIP-8 auth with a pre-EIP-8 ack, from which the initiator derives the same secrets', async () => {
    const drawn: Uint8Array[] = [];
    const recorded = {
      bytes: (length: number): Uint8Array => {
        drawn.push(random.bytes(length));
        return drawn.at(-1)!;
      },
      below: (bound: number) => random.below(bound),
    };
    const auth = plainAuthOf(ours, { publicKey: publicKeyOf(theirs), privateKey: theirs }, recorded);
    const [seed, nonce] = drawn;
    const inbound = respond(source, stream, { privateKey: theirs, random, acceptPreEip8: true });
    stream.push(Uint8Array.from([...auth, 9, 9]));
    const result = await inbound;
    const ackPacket = stream.written[0]!;
    expect(ackPacket.length).toBe(210);
    const ack = openPlainAck(ackPacket, ours);
    expect(result.rest).toEqual(Uint8Array.of(9, 9));
    expect(ack.nonce).toHaveLength(32);
    const secrets = deriveSecrets({
      initiator: true,
      ephemeralKey: keccak256(seed!),
      remoteEphemeralPublicKey: ack.ephemeralPublicKey,
      initiatorNonce: nonce!,
      recipientNonce: ack.nonce,
      authPacket: auth,
      ackPacket,
    });
    expect(secrets.aesKey).toEqual(result.secrets.aesKey);
    expect(secrets.egress).toEqual(result.secrets.ingress);
  });

  it('reads an EIP-8 auth whose size prefix begins with 0x04', async () => {
    const ephemeralKey = keccak256(random.bytes(4));
    const auth = createAuth({
      privateKey: ours,
      remotePublicKey: publicKeyOf(theirs),
      ephemeralKey,
      nonce: random.bytes(32),
    });
    const packet = sealAuth(auth, publicKeyOf(theirs), {
      ephemeralKey: keccak256(random.bytes(4)),
      iv: random.bytes(16),
      padding: 800,
    });
    expect(packet[0]).toBe(0x04);
    const inbound = respond(source, stream, { privateKey: theirs, random, acceptPreEip8: true });
    stream.push(packet);
    expect((await inbound).remotePublicKey).toEqual(publicKeyOf(ours));
  });
});
