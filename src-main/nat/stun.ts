/**
 * Queries a STUN server for the external address: a binding request without authentication.
 * @see https://www.rfc-editor.org/rfc/rfc8489
 */
import { bytesToIp } from '../base/ip.ts';
import { CodecError } from '../base/errors.ts';
import type { SocketAddress } from '../base/network.ts';
import type { Random } from '../base/runtime.ts';
import { requestDatagram, type DatagramRequester } from './datagram-request.ts';
import { NatError } from './errors.ts';
import type { AddressOracle } from './port-mapping.ts';

/** Magic cookie in every message, which also masks addresses (RFC 8489 section 5). */
const MAGIC_COOKIE = 0x2112a442;

/** Length of the header (type, length, cookie, transaction ID), bytes. */
const HEADER_SIZE = 20;

/** Offset of the transaction ID, bytes. */
const ID_OFFSET = 8;
/** Length of a transaction ID, bytes. */
export const TRANSACTION_ID_SIZE = 12;

/** Message types of method Binding: request, success response and error response (RFC 8489 section 18.2). */
const TYPES = { request: 0x0001, success: 0x0101, error: 0x0111 } as const;

/** Attributes in use (RFC 8489 section 18.3). */
const ATTRIBUTES = { mapped: 0x0001, errorCode: 0x0009, xorMapped: 0x0020 } as const;

/** Attributes below OPTIONAL_FROM are comprehension-required. Those that a binding response may contain are known and ignored. */
const OPTIONAL_FROM = 0x8000;
const UNDERSTOOD: readonly number[] = [
  ...Object.values(ATTRIBUTES),
  // SOURCE-ADDRESS and CHANGED-ADDRESS of RFC 3489, which old servers add, and the attributes of authentication.
  ...[0x0004, 0x0005, 0x0006, 0x0008, 0x000a, 0x0014, 0x0015, 0x001c, 0x001d, 0x001e],
];

/** Length of an address by the family number of an address attribute, bytes. */
const ADDRESS_SIZE: Readonly<Record<number, number>> = { 1: 4, 2: 16 };

/** First timeout in milliseconds, which doubles, and number of transmissions (RFC 8489 section 6.2.1, with fewer transmissions). */
const FIRST_WAIT_MS = 500;
const SENDS = 5;

/** A datagram that is not a usable answer to our request. */
export class StunError extends CodecError<
  'not-stun' | 'other-transaction' | 'malformed' | 'no-address' | 'unknown-attribute' | 'error-response'
> {}

/** Encodes a binding request; `transactionId` has 12 bytes. */
export function encodeBindingRequest(transactionId: Uint8Array): Uint8Array {
  const message = new Uint8Array(HEADER_SIZE);
  const view = new DataView(message.buffer);
  view.setUint16(0, TYPES.request);
  view.setUint32(4, MAGIC_COOKIE);
  message.set(transactionId, ID_OFFSET);
  return message;
}

/**
 * Decodes the answer to the request with `transactionId` and returns the external address.
 * @throws StunError `not-stun` and `other-transaction` for datagrams that do not belong to this request;
 *   `error-response` when the server refuses; else for an unusable answer
 */
export function decodeBindingResponse(datagram: Uint8Array, transactionId: Uint8Array): SocketAddress {
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.length);
  const type = checkHeader(view, datagram, transactionId);
  const attributes = readAttributes(view, datagram);
  if (type === TYPES.error)
    throw new StunError('error-response', errorText(attributes.get(ATTRIBUTES.errorCode)));
  for (const attribute of attributes.keys()) {
    if (attribute < OPTIONAL_FROM && !UNDERSTOOD.includes(attribute))
      throw new StunError('unknown-attribute', `attribute ${String(attribute)} is not understood`);
  }
  const masked = attributes.get(ATTRIBUTES.xorMapped);
  const plain = attributes.get(ATTRIBUTES.mapped);
  if (masked !== undefined) return readAddress(masked, datagram.subarray(4, HEADER_SIZE));
  // Servers of RFC 3489 send only MAPPED-ADDRESS.
  if (plain !== undefined) return readAddress(plain, new Uint8Array(16));
  throw new StunError('no-address', 'the answer has no address');
}

/** Returns the type of an answer to our request, success or error. */
function checkHeader(view: DataView, datagram: Uint8Array, transactionId: Uint8Array): number {
  if (datagram.length < HEADER_SIZE || view.getUint32(4) !== MAGIC_COOKIE)
    throw new StunError('not-stun', 'not a STUN message');
  const type = view.getUint16(0);
  if (type !== TYPES.success && type !== TYPES.error)
    throw new StunError('not-stun', 'not a binding response');
  const id = datagram.subarray(ID_OFFSET, HEADER_SIZE);
  if (id.some((byte, at) => byte !== transactionId[at]))
    throw new StunError('other-transaction', 'an answer to another request');
  const length = view.getUint16(2);
  if (length % 4 !== 0 || length !== datagram.length - HEADER_SIZE)
    throw new StunError('malformed', 'the length is wrong');
  return type;
}

/** Returns attribute values by type; the first of a repeated attribute counts. BOUNDED: by the length of the datagram. */
function readAttributes(view: DataView, datagram: Uint8Array): Map<number, Uint8Array> {
  const attributes = new Map<number, Uint8Array>();
  let at = HEADER_SIZE;
  while (at < datagram.length) {
    const type = view.getUint16(at);
    const end = at + 4 + view.getUint16(at + 2);
    if (end > datagram.length) throw new StunError('malformed', 'an attribute exceeds the message');
    if (!attributes.has(type)) attributes.set(type, datagram.subarray(at + 4, end));
    // Values are padded to four bytes; the length of the message includes the padding.
    at = end + ((4 - (end % 4)) % 4);
  }
  return attributes;
}

/** Decodes an address attribute; `mask` is the cookie and the transaction ID, or zeros. */
function readAddress(value: Uint8Array, mask: Uint8Array): SocketAddress {
  const size = ADDRESS_SIZE[value[1] ?? 0];
  if (size === undefined || value.length !== 4 + size)
    throw new StunError('malformed', 'the address has a wrong length');
  const plain = value.map((byte, at) => byte ^ (at < 2 ? 0 : (mask[at < 4 ? at - 2 : at - 4] ?? 0)));
  const ip = bytesToIp(plain.slice(4));
  const port = ((plain[2] ?? 0) << 8) | (plain[3] ?? 0);
  if (ip === undefined || port === 0) throw new StunError('malformed', 'the address is invalid');
  return { ip, port };
}

function errorText(value: Uint8Array | undefined): string {
  if (value === undefined || value.length < 4) return 'the server refuses without a reason';
  const code = ((value[2] ?? 0) & 7) * 100 + (value[3] ?? 0);
  return `the server refuses with error ${String(code)}`;
}

/** Client of a STUN server. It uses its own socket, so only the address of the answer counts, not the port, as in geth. */
export class StunClient implements AddressOracle {
  readonly #options: DatagramRequester & { readonly server: SocketAddress; readonly random: Random };

  constructor(options: DatagramRequester & { readonly server: SocketAddress; readonly random: Random }) {
    this.#options = options;
  }

  async query(signal: AbortSignal): Promise<string> {
    const { server, random } = this.#options;
    const id = random.bytes(TRANSACTION_ID_SIZE);
    const read = (datagram: Uint8Array): SocketAddress | undefined => {
      try {
        return decodeBindingResponse(datagram, id);
      } catch (error) {
        if (!(error instanceof StunError)) throw error;
        // A sender that does not know the transaction ID is not the server.
        if (error.code === 'not-stun' || error.code === 'other-transaction') return undefined;
        const code = error.code === 'error-response' ? 'refused' : 'bad-answer';
        throw new NatError(code, `The STUN server at ${server.ip} cannot be used: ${error.message}`, {
          cause: error,
        });
      }
    };
    const request = { to: server, bytes: encodeBindingRequest(id), read };
    const { ip } = await requestDatagram(
      this.#options,
      { ...request, firstWaitMs: FIRST_WAIT_MS, sends: SENDS },
      signal,
    );
    return ip;
  }
}
