import type { CauseCode } from '../../shared/causes/catalogue.ts';
import { titleOfCode } from '../../shared/causes/sentences.ts';
import { formatSocketAddress } from '../base/ip.ts';
import type { SocketAddress } from '../base/network.ts';
import type { PacketTap, TappedPacket } from '../events/packet-tap.ts';
import type { RecordSink } from './record-sink.ts';
import { RequestPairs } from './request-pairs.ts';

/** Requests that wait for an answer, of all nodes together. BOUNDED. */
const MAX_OPEN_REQUESTS = 1_024;

/** Records the packets of discovery and links answers to requests. */
export class RecordedPackets implements PacketTap {
  readonly #recorder: RecordSink;
  readonly #pairs = new RequestPairs(MAX_OPEN_REQUESTS);

  constructor(recorder: RecordSink) {
    this.#recorder = recorder;
  }

  get isOn(): boolean {
    return this.#recorder.recordsDiscovery;
  }

  packet({ protocol, direction, address, idHex, code, payload, wireBytes, exchange }: TappedPacket): void {
    if (!this.isOn) return;
    const facts = this.#recorder.factsOf(protocol, code);
    const role = facts?.role ?? 'announcement';
    const peer = formatSocketAddress(address);
    const id = `${protocol} ${peer} ${facts?.requestName ?? ''} ${exchange}`;
    const other = direction === 'in' ? 'out' : 'in';
    // An answer may consist of several packets (NEIGHBORS, NODES).
    const pair =
      role === 'answer'
        ? this.#pairs.answer({ role, requester: other, id }, this.#recorder.now, true)
        : undefined;
    const seq = this.#recorder.add(
      {
        ...{ kind: 'packet', source: protocol, connection: null, protocol, direction, code, wireBytes, role },
        nodeId: idHex ?? null,
        nodeName: idHex === undefined ? null : this.#recorder.labelOf(idHex),
        address: peer,
        name: facts?.name ?? `Packet ${String(code)}`,
        requestId: exchange === '' ? null : exchange,
        pairSeq: pair?.seq ?? null,
        latencyMs: pair?.latencyMs ?? null,
        cause: null,
      },
      payload,
    );
    if (pair !== undefined) this.#recorder.update(pair.seq, { pairSeq: seq });
    if (role === 'request') {
      this.#pairs.request({ role, requester: direction, id }, seq, this.#recorder.now);
    }
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
        ...{ nodeId: null, nodeName: null, requestId: null, pairSeq: null, latencyMs: null },
        address: formatSocketAddress(from),
        name: 'Datagram',
        wireBytes: datagram.length,
        role: 'announcement',
        cause: { code: reason, message: titleOfCode(reason) },
      },
      datagram,
    );
  }
}
