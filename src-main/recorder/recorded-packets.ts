import type { CauseCode } from '../../shared/causes/catalogue.ts';
import { titleOfCode } from '../../shared/causes/sentences.ts';
import { formatSocketAddress } from '../base/ip.ts';
import type { SocketAddress } from '../base/network.ts';
import type { PacketTap, TappedPacket } from '../events/packet-tap.ts';
import { newRow, type RecordSink } from './record-sink.ts';
import { RequestPairs } from './request-pairs.ts';

/** BOUNDED: requests that wait for an answer, of all nodes together (our choice). */
const MAX_OPEN_REQUESTS = 1_024;

/** The request whose answer may consist of several packets: Neighbors of v4, Nodes of v5. */
const IN_SEVERAL_PACKETS: ReadonlySet<string> = new Set(['Findnode']);

/** Records the packets of discovery and links answers to requests. */
export class RecordedPackets implements PacketTap {
  readonly #recorder: RecordSink;
  readonly #pairs: RequestPairs;

  constructor(recorder: RecordSink) {
    this.#recorder = recorder;
    this.#pairs = new RequestPairs(recorder, {
      maxOpen: MAX_OPEN_REQUESTS,
      hasManyAnswers: (requestName) => IN_SEVERAL_PACKETS.has(requestName),
    });
  }

  get isOn(): boolean {
    return this.#recorder.recordsDiscovery || this.#recorder.recordsTests;
  }

  packet({ protocol, direction, address, idHex, code, payload, wireBytes, exchange }: TappedPacket): void {
    const peer = formatSocketAddress(address);
    const scope = this.#scopeOf(peer);
    if (scope === undefined) return;
    const facts = this.#recorder.factsOf(protocol, code);
    const row = newRow({
      kind: 'packet',
      source: protocol,
      connection: null,
      nodeId: idHex ?? null,
      nodeName: idHex === undefined ? null : this.#recorder.labelOf(idHex),
      address: peer,
      direction,
      protocol,
      code,
      name: facts?.name ?? `Packet ${String(code)}`,
      wireBytes,
    });
    row.test = scope.test;
    row.role = facts?.role ?? 'announcement';
    row.requestId = exchange === '' ? null : exchange;
    const key = `${protocol} ${peer} ${exchange}`;
    this.#pairs.add({ requestName: facts?.requestName, key, row }, payload);
  }

  dropped(
    protocol: TappedPacket['protocol'],
    reason: CauseCode,
    datagram: Uint8Array,
    from: SocketAddress,
  ): void {
    const address = formatSocketAddress(from);
    const scope = this.#scopeOf(address);
    if (scope === undefined) return;
    const row = newRow({
      kind: 'dropped',
      source: protocol,
      connection: null,
      nodeId: null,
      nodeName: null,
      address,
      direction: 'in',
      protocol,
      code: 0,
      name: 'Datagram',
      wireBytes: datagram.length,
    });
    row.test = scope.test;
    row.cause = { code: reason, message: titleOfCode(reason) };
    this.#recorder.add(row, datagram);
  }

  /** The test that a packet belongs to, null for none; undefined when the packet is not recorded. */
  #scopeOf(endpoint: string): { readonly test: string | null } | undefined {
    const { recordsDiscovery, recordsTests } = this.#recorder;
    const test = recordsTests ? this.#recorder.testAt(endpoint) : undefined;
    if (test !== undefined && (recordsDiscovery || test.hasRoom)) return { test: test.id };
    return recordsDiscovery ? { test: null } : undefined;
  }
}
