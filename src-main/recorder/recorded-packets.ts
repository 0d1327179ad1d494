import type { CauseCode } from '../../shared/causes/catalogue.ts';
import { titleOfCode } from '../../shared/causes/sentences.ts';
import { formatSocketAddress } from '../base/ip.ts';
import type { SocketAddress } from '../base/network.ts';
import type { PacketTap, TappedPacket } from '../events/packet-tap.ts';
import { PLAIN_COLUMNS, type RecordSink } from './record-sink.ts';
import { RequestPairs, type Exchange } from './request-pairs.ts';

/** BOUNDED: requests that wait for an answer, of all nodes together (our choice). */
const MAX_OPEN_REQUESTS = 1_024;

/** Records the packets of discovery and links answers to requests. */
export class RecordedPackets implements PacketTap {
  readonly #recorder: RecordSink;
  /** An answer may consist of several packets (NEIGHBORS, NODES). */
  readonly #pairs: RequestPairs;

  constructor(recorder: RecordSink) {
    this.#recorder = recorder;
    this.#pairs = new RequestPairs(recorder, { maxOpen: MAX_OPEN_REQUESTS, hasManyAnswers: true });
  }

  get isOn(): boolean {
    return this.#recorder.recordsDiscovery;
  }

  packet({ protocol, direction, address, idHex, code, payload, wireBytes, exchange }: TappedPacket): void {
    if (!this.isOn) return;
    const facts = this.#recorder.factsOf(protocol, code);
    const role = facts?.role ?? 'announcement';
    const peer = formatSocketAddress(address);
    const row: Exchange['row'] = {
      ...PLAIN_COLUMNS,
      ...{ kind: 'packet', source: protocol, connection: null, protocol, direction, code, wireBytes, role },
      nodeId: idHex ?? null,
      nodeName: idHex === undefined ? null : this.#recorder.labelOf(idHex),
      address: peer,
      name: facts?.name ?? `Packet ${String(code)}`,
      requestId: exchange === '' ? null : exchange,
    };
    const key = `${protocol} ${peer} ${facts?.requestName ?? ''} ${exchange}`;
    this.#pairs.add({ key, row }, payload);
  }

  dropped(
    protocol: TappedPacket['protocol'],
    reason: CauseCode,
    datagram: Uint8Array,
    from: SocketAddress,
  ): void {
    if (!this.isOn) return;
    this.#recorder.add(
      {
        ...{ kind: 'dropped', source: protocol, connection: null, protocol, direction: 'in', code: 0 },
        ...PLAIN_COLUMNS,
        ...{ nodeId: null, nodeName: null },
        address: formatSocketAddress(from),
        name: 'Datagram',
        wireBytes: datagram.length,
        cause: { code: reason, message: titleOfCode(reason) },
      },
      datagram,
    );
  }
}
