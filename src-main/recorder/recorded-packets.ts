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
    return this.#recorder.recordsDiscovery;
  }

  packet({ protocol, direction, address, idHex, code, payload, wireBytes, exchange }: TappedPacket): void {
    if (!this.isOn) return;
    const facts = this.#recorder.factsOf(protocol, code);
    const peer = formatSocketAddress(address);
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
    if (!this.isOn) return;
    const row = newRow({
      kind: 'dropped',
      source: protocol,
      connection: null,
      nodeId: null,
      nodeName: null,
      address: formatSocketAddress(from),
      direction: 'in',
      protocol,
      code: 0,
      name: 'Datagram',
      wireBytes: datagram.length,
    });
    row.cause = { code: reason, message: titleOfCode(reason) };
    this.#recorder.add(row, datagram);
  }
}
