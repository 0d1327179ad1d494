/**
 * Port mapping by NAT-PMP over UDP.
 * @see https://www.rfc-editor.org/rfc/rfc6886
 */
import { bytesToIp } from '../base/ip.ts';
import { requestDatagram, type DatagramRequester } from './datagram-request.ts';
import { NatError } from './errors.ts';
import type { Gateway, GrantedMapping, LocalPort, MappedProtocol, MapRequest } from './gateway.ts';

/** UDP port of gateways (RFC 6886 section 3.1). */
export const PMP_PORT = 5351;

/** Opcodes; an answer has the high bit set (RFC 6886 sections 3.2 and 3.3). */
const OPERATIONS = { address: 0, udp: 1, tcp: 2 } as const;
const ANSWER_BIT = 0x80;

/** Lengths of the answers, bytes. */
const ADDRESS_ANSWER_SIZE = 12;
const MAP_ANSWER_SIZE = 16;

/** Meanings of result codes (RFC 6886 section 3.5). */
const RESULTS: Readonly<Record<number, string>> = {
  1: 'it does not support this version of NAT-PMP',
  2: 'it does not allow mappings',
  3: 'it has no external address',
  4: 'it has no more ports',
  5: 'it does not support the request',
};

/** First timeout in milliseconds (RFC 6886 section 3.1), which doubles, and number of transmissions (our choice): about 4 s in total. */
const FIRST_WAIT_MS = 250;
const SENDS = 4;

/** A NAT-PMP gateway. */
export class PmpGateway implements Gateway {
  readonly name: string;
  readonly #requester: DatagramRequester;
  readonly #at: { readonly ip: string; readonly port: number };

  /** @param ip the gateway's IPv4 address */
  constructor(requester: DatagramRequester, ip: string, port = PMP_PORT) {
    this.#requester = requester;
    this.#at = { ip, port };
    this.name = `NAT-PMP at ${ip}`;
  }

  async externalIp(signal: AbortSignal): Promise<string> {
    const answer = await this.#ask(Uint8Array.of(0, OPERATIONS.address), ADDRESS_ANSWER_SIZE, signal);
    const ip = bytesToIp(answer.slice(8, ADDRESS_ANSWER_SIZE));
    if (ip === undefined) throw new NatError('bad-answer', `${this.name} returned an invalid address.`);
    return ip;
  }

  async map({ protocol, ...ports }: MapRequest, signal: AbortSignal): Promise<GrantedMapping> {
    const seconds = Math.ceil(ports.lifetimeMs / 1_000);
    const bytes = mapRequest(protocol, ports.internalPort, ports.externalPort, seconds);
    const answer = view(await this.#ask(bytes, MAP_ANSWER_SIZE, signal, ports.internalPort));
    const externalPort = answer.getUint16(10);
    const lifetimeMs = answer.getUint32(12) * 1_000;
    if (externalPort === 0 || lifetimeMs === 0)
      throw new NatError('bad-answer', `${this.name} returned a mapping without a port or a lifetime.`);
    return { externalPort, lifetimeMs };
  }

  async unmap({ protocol, port }: LocalPort, signal: AbortSignal): Promise<void> {
    // A lifetime and an external port of zero remove the mapping (RFC 6886 section 3.4).
    await this.#ask(mapRequest(protocol, port, 0, 0), MAP_ANSWER_SIZE, signal, port);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** @param internalPort internal port that the answer to a mapping request must contain */
  async #ask(
    bytes: Uint8Array,
    size: number,
    signal: AbortSignal,
    internalPort?: number,
  ): Promise<Uint8Array> {
    const operation = (bytes[1] ?? 0) | ANSWER_BIT;
    const read = (datagram: Uint8Array): Uint8Array | undefined => {
      if (datagram.length < 4 || datagram[0] !== 0 || datagram[1] !== operation) return undefined;
      const result = view(datagram).getUint16(2);
      if (result !== 0) {
        const why = RESULTS[result] ?? `it answers with code ${String(result)}`;
        throw new NatError('refused', `${this.name} refuses: ${why}.`);
      }
      if (datagram.length < size)
        throw new NatError('bad-answer', `${this.name} returned a truncated answer.`);
      // A late answer to a request for another port.
      if (internalPort !== undefined && view(datagram).getUint16(8) !== internalPort) return undefined;
      return datagram.slice();
    };
    const request = { to: this.#at, bytes, read, firstWaitMs: FIRST_WAIT_MS, sends: SENDS };
    return await requestDatagram(this.#requester, request, signal);
  }
}

function mapRequest(
  protocol: MappedProtocol,
  internal: number,
  external: number,
  seconds: number,
): Uint8Array {
  const bytes = new Uint8Array(12);
  const fields = view(bytes);
  fields.setUint8(1, OPERATIONS[protocol]);
  fields.setUint16(4, internal);
  fields.setUint16(6, external);
  fields.setUint32(8, seconds);
  return bytes;
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
