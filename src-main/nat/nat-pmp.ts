/**
 * Port mapping by NAT-PMP, which a gateway answers on UDP.
 * @see https://www.rfc-editor.org/rfc/rfc6886
 */
import { bytesToIp } from '../base/ip.ts';
import { requestDatagram, type DatagramRequester } from './datagram-request.ts';
import { NatError } from './errors.ts';
import type { Gateway, GrantedMapping, LocalPort, MappedProtocol, MapRequest } from './gateway.ts';

/** Where gateways listen (RFC 6886 section 3.1). */
export const PMP_PORT = 5351;

/** Operations; an answer has the high bit set (RFC 6886 section 3.2, 3.3). */
const OPERATIONS = { address: 0, udp: 1, tcp: 2 } as const;
const ANSWER_BIT = 0x80;

/** Lengths of the answers in bytes. */
const ADDRESS_ANSWER_SIZE = 12;
const MAP_ANSWER_SIZE = 16;

/** What a result code means (RFC 6886 section 3.5). */
const RESULTS: Readonly<Record<number, string>> = {
  1: 'it does not speak this version of NAT-PMP',
  2: 'it does not allow mappings',
  3: 'it has no address of its own',
  4: 'it has no more ports',
  5: 'it does not know the request',
};

/** First wait for an answer, milliseconds (RFC 6886 section 3.1); sends in all: 250 ms doubling, 4 s together. */
const FIRST_WAIT_MS = 250;
const SENDS = 4;

/** A gateway that speaks NAT-PMP. */
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
    if (ip === undefined) throw new NatError('bad-answer', `${this.name} gave an address that is none.`);
    return ip;
  }

  async map({ protocol, ...ports }: MapRequest, signal: AbortSignal): Promise<GrantedMapping> {
    const seconds = Math.ceil(ports.lifetimeMs / 1_000);
    const bytes = mapRequest(protocol, ports.internalPort, ports.externalPort, seconds);
    const answer = view(await this.#ask(bytes, MAP_ANSWER_SIZE, signal, ports.internalPort));
    const externalPort = answer.getUint16(10);
    const lifetimeMs = answer.getUint32(12) * 1_000;
    if (externalPort === 0 || lifetimeMs === 0)
      throw new NatError('bad-answer', `${this.name} gave a mapping without a port or a lifetime.`);
    return { externalPort, lifetimeMs };
  }

  async unmap({ protocol, port }: LocalPort, signal: AbortSignal): Promise<void> {
    // A lifetime and an outer port of zero remove it (RFC 6886 section 3.4).
    await this.#ask(mapRequest(protocol, port, 0, 0), MAP_ANSWER_SIZE, signal, port);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** @param internalPort what the answer to a mapping names too */
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
      if (datagram.length < size) throw new NatError('bad-answer', `${this.name} gave an answer cut short.`);
      // A late answer to a question about another port.
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
