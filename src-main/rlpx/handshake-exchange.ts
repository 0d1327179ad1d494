import { equalBytes, readUint } from '../base/bytes.ts';
import { keccak256 } from '../base/keccak.ts';
import type { ByteStream } from '../base/network.ts';
import type { Random } from '../base/runtime.ts';
import { encodeRlp } from '../base/rlp.ts';
import { generatePrivateKey, publicKeyOf } from '../base/secp256k1.ts';
import type { ConnectionTap } from '../events/connection-tap.ts';
import { ByteQueue } from './byte-queue.ts';
import {
  HANDSHAKE_PADDING_SPREAD,
  HANDSHAKE_VERSION,
  MAX_HANDSHAKE_PACKET,
  MIN_HANDSHAKE_PADDING,
  PLAIN_AUTH_LENGTH,
} from './constants.ts';
import { ECIES_IV_LENGTH, UNCOMPRESSED_POINT } from './ecies.ts';
import { PreEip8Error, RlpxError, type RlpxErrorCode } from './errors.ts';
import {
  createAuth,
  deriveSecrets,
  NONCE_LENGTH,
  openAck,
  openAuth,
  openPlainAuth,
  recoverEphemeralKey,
  sealAck,
  sealAuth,
  sealPlainAck,
  SIZE_PREFIX_LENGTH,
  type AckMessage,
  type AuthMessage,
  type PlainAuthMessage,
  type SealSecret,
  type SessionSecrets,
} from './handshake.ts';

/** Result of a handshake. */
export interface HandshakeResult {
  readonly remotePublicKey: Uint8Array;
  readonly secrets: SessionSecrets;
  /** Bytes received after the handshake packet: the beginning of the first frame. */
  readonly rest: Uint8Array;
}

/** Options of initiator and recipient. */
export interface HandshakeOptions {
  readonly privateKey: Uint8Array;
  readonly random: Random;
  /** Gets the fields of auth and ack. */
  readonly tap?: ConnectionTap | undefined;
}

/** Performs the initiator's side of the handshake on an open stream. */
export async function initiate(
  source: PacketSource,
  stream: ByteStream,
  options: HandshakeOptions & { readonly remotePublicKey: Uint8Array },
): Promise<HandshakeResult> {
  const { privateKey, remotePublicKey, random } = options;
  const ephemeralKey = generatePrivateKey(random);
  const nonce = random.bytes(NONCE_LENGTH);
  const auth = createAuth({ privateKey, remotePublicKey, ephemeralKey, nonce });
  const authPacket = sealAuth(auth, remotePublicKey, createSealSecret(random));
  stream.write(authPacket);
  tapAuth(options.tap, 'out', auth, authPacket);
  const ackPacket = await source.sizedPacket();
  const ack = openAck(ackPacket, privateKey);
  tapAck(options.tap, 'in', ack, ackPacket);
  const secrets = deriveSecrets({
    initiator: true,
    ephemeralKey,
    remoteEphemeralPublicKey: ack.ephemeralPublicKey,
    initiatorNonce: nonce,
    recipientNonce: ack.nonce,
    authPacket,
    ackPacket,
  });
  return { remotePublicKey, secrets, rest: source.rest() };
}

/** Performs the recipient's side of the handshake on an accepted stream. */
export async function respond(
  source: PacketSource,
  stream: ByteStream,
  options: HandshakeOptions & { readonly acceptPreEip8: boolean },
): Promise<HandshakeResult> {
  const { privateKey, random } = options;
  const { auth, authPacket, plain } = await receiveAuth(source, options);
  tapAuth(options.tap, 'in', auth, authPacket);
  const remoteEphemeralPublicKey = recoverEphemeralKey(auth, privateKey);
  const ephemeralKey = generatePrivateKey(random);
  const ack = {
    ephemeralPublicKey: publicKeyOf(ephemeralKey),
    nonce: random.bytes(NONCE_LENGTH),
    version: HANDSHAKE_VERSION,
  };
  const sealAnswer = plain ? sealPlainAck : sealAck;
  const ackPacket = sealAnswer(ack, auth.initiatorPublicKey, createSealSecret(random));
  stream.write(ackPacket);
  tapAck(options.tap, 'out', ack, ackPacket);
  const secrets = deriveSecrets({
    initiator: false,
    ephemeralKey,
    remoteEphemeralPublicKey,
    initiatorNonce: auth.nonce,
    recipientNonce: ack.nonce,
    authPacket,
    ackPacket,
  });
  return { remotePublicKey: auth.initiatorPublicKey.slice(), secrets, rest: source.rest() };
}

interface ReceivedAuth {
  readonly auth: AuthMessage;
  readonly authPacket: Uint8Array;
  readonly plain: boolean;
}

async function receiveAuth(
  source: PacketSource,
  { privateKey, acceptPreEip8 }: HandshakeOptions & { readonly acceptPreEip8: boolean },
): Promise<ReceivedAuth> {
  const plain = await receivePlainAuth(source, privateKey);
  if (plain !== undefined) {
    if (!acceptPreEip8) throw refusalOf(plain, privateKey);
    return { auth: plain, authPacket: await source.packet(PLAIN_AUTH_LENGTH), plain: true };
  }
  const authPacket = await source.sizedPacket();
  return { auth: openAuth(authPacket, privateKey), authPacket, plain: false };
}

/**
 * Returns the pre-EIP-8 auth at the beginning of the source; undefined when the packet is not one. A pre-EIP-8 packet
 * begins with the ECIES point prefix 0x04. An EIP-8 packet that begins with 0x04 has at least 1,024 bytes, so waiting
 * for PLAIN_AUTH_LENGTH bytes cannot stall.
 */
async function receivePlainAuth(
  source: PacketSource,
  privateKey: Uint8Array,
): Promise<PlainAuthMessage | undefined> {
  const [first] = await source.peek(SIZE_PREFIX_LENGTH);
  if (first !== UNCOMPRESSED_POINT) return undefined;
  try {
    return openPlainAuth(await source.peek(PLAIN_AUTH_LENGTH), privateKey);
  } catch (error) {
    if (error instanceof RlpxError && OTHER_FORM.has(error.code)) return undefined;
    throw error;
  }
}

const OTHER_FORM: ReadonlySet<RlpxErrorCode> = new Set(['decryption-failed', 'handshake-malformed']);

type TapDirection = 'in' | 'out';

/** Handshake packets are not compressed; their times are not measured. */
const UNCOMPRESSED = { compressedBytes: null, timing: null } as const;

function tapAuth(
  tap: ConnectionTap | undefined,
  direction: TapDirection,
  { signature, initiatorPublicKey, nonce, version }: AuthMessage,
  packet: Uint8Array,
): void {
  if (tap?.isOn !== true) return;
  const payload = encodeRlp([signature, initiatorPublicKey, nonce, version]);
  tap.handshake('auth', { direction, payload, wireBytes: packet.length, ...UNCOMPRESSED });
}

function tapAck(
  tap: ConnectionTap | undefined,
  direction: TapDirection,
  { ephemeralPublicKey, nonce, version }: AckMessage,
  packet: Uint8Array,
): void {
  if (tap?.isOn !== true) return;
  const payload = encodeRlp([ephemeralPublicKey, nonce, version]);
  tap.handshake('ack', { direction, payload, wireBytes: packet.length, ...UNCOMPRESSED });
}

/** The error of a refused pre-EIP-8 auth, with the sender's key when its signature proves that it owns the key. */
function refusalOf(auth: PlainAuthMessage, privateKey: Uint8Array): RlpxError {
  const hash = keccak256(recoverEphemeralKey(auth, privateKey));
  const isProven = equalBytes(hash, auth.ephemeralKeyHash);
  return new PreEip8Error(isProven ? auth.initiatorPublicKey.slice() : undefined);
}

function createSealSecret(random: Random): SealSecret {
  return {
    ephemeralKey: generatePrivateKey(random),
    iv: random.bytes(ECIES_IV_LENGTH),
    padding: MIN_HANDSHAKE_PADDING + random.below(HANDSHAKE_PADDING_SPREAD),
  };
}

/**
 * Reads the bytes of a stream during its handshake, in pieces of known length. BOUNDED: pauses the stream when it
 * holds more than the largest request of 2,050 bytes.
 */
export class PacketSource {
  readonly #stream: ByteStream;
  readonly #queue = new ByteQueue();
  #waiter: { count: number; resolve: () => void; reject: (error: RlpxError) => void } | undefined;
  #failure: RlpxError | undefined;

  constructor(stream: ByteStream) {
    this.#stream = stream;
    stream.onData((chunk) => {
      this.#queue.push(chunk);
      if (this.#queue.length > MAX_HANDSHAKE_PACKET + SIZE_PREFIX_LENGTH) stream.pause();
      if (this.#waiter !== undefined && this.#queue.length >= this.#waiter.count) {
        this.#waiter.resolve();
        this.#waiter = undefined;
      }
    });
  }

  /** Whether all received bytes have been taken. */
  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  /** Rejects the current and all later reads that have to wait. */
  fail(error: RlpxError): void {
    this.#failure ??= error;
    this.#waiter?.reject(error);
    this.#waiter = undefined;
  }

  /** Returns the first `count` bytes without removing them. */
  async peek(count: number): Promise<Uint8Array> {
    if (this.#queue.length < count) await this.#arrival(count);
    return this.#queue.peek(count) ?? new Uint8Array(0);
  }

  /** Removes and returns the next `count` bytes. */
  async packet(count: number): Promise<Uint8Array> {
    if (this.#queue.length < count) await this.#arrival(count);
    return this.#queue.take(count) ?? new Uint8Array(0);
  }

  /**
   * Removes and returns the next packet with its size prefix.
   * @throws RlpxError `handshake-too-large` before it waits for the packet
   */
  async sizedPacket(): Promise<Uint8Array> {
    const size = readUint(await this.peek(SIZE_PREFIX_LENGTH), 0, 2);
    if (size > MAX_HANDSHAKE_PACKET) {
      throw new RlpxError('handshake-too-large', { size });
    }
    return this.packet(SIZE_PREFIX_LENGTH + size);
  }

  /** Pauses the stream, and removes and returns the bytes after the packets. */
  rest(): Uint8Array {
    this.#stream.pause();
    return this.#queue.takeAll();
  }

  #arrival(count: number): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiter = { count, resolve, reject };
    });
  }
}
