import type { CauseCode } from '../../shared/causes/catalogue.ts';
import { endSentence, titleOfCode } from '../../shared/causes/sentences.ts';
import type { MessageFacts, RecordRow } from '../../shared/model/recording.ts';
import { EMPTY_BYTES } from '../base/bytes.ts';
import { formatSocketAddress } from '../base/ip.ts';
import type { SocketAddress } from '../base/network.ts';
import { requestIdOf } from '../base/request-id.ts';
import type { ConnectionTap, TappedFault, TappedLabel, TappedMessage } from '../events/connection-tap.ts';
import type { Direction, EndCause } from '../events/events.ts';
import { newRow, type NewRow, type RecordSink, type SinkTest } from './record-sink.ts';
import { RequestPairs } from './request-pairs.ts';

/** Codes below it are those of the base protocol, the same on every connection. */
const BASE_LENGTH = 16;
const DISCONNECT_CODE = 1;
/** BOUNDED: requests of one connection that wait for an answer (our choice). */
const MAX_OPEN_REQUESTS = 256;
/** BOUNDED: auth and ack. */
const MAX_EARLY = 2;

/** Which connection it is. */
interface ConnectionFacts {
  readonly id: number;
  readonly direction: Direction;
  readonly remote: SocketAddress;
  /** The test of the Doctor whose connection it is. */
  readonly test?: SinkTest;
}

/** What is the same for all messages of a code. */
interface CodeFacts {
  readonly label: TappedLabel;
  readonly facts: MessageFacts | undefined;
  /** Whether the payload begins with a request ID. */
  readonly hasId: boolean;
}

/** The tap of one connection: names its messages and links answers to requests. */
export class RecordedConnection implements ConnectionTap {
  readonly #recorder: RecordSink;
  readonly #facts: ConnectionFacts;
  readonly #address: string;
  /** Created with the first message. */
  #pairs: RequestPairs | undefined;
  #idHex: string | undefined;
  #clientName: string | null = null;
  #labelOf: (wireCode: number) => TappedLabel = unknownLabel;
  /** By wire code. BOUNDED: MAX_CODES. */
  readonly #codes = new Map<number, CodeFacts>();
  /** Of a node that is not known yet, while only chosen nodes are recorded. BOUNDED: MAX_EARLY. */
  #early: { readonly row: NewRow; readonly payload: Uint8Array }[] = [];
  #lastReceived: number | undefined;
  /** The recorder's when the last message was recorded. */
  #epoch: number;
  /** Our own Disconnect. */
  #disconnectSent: number | undefined;
  /** Whether a Disconnect was sent or received. */
  #hasDisconnect = false;

  constructor(recorder: RecordSink, facts: ConnectionFacts) {
    this.#recorder = recorder;
    this.#facts = facts;
    this.#address = formatSocketAddress(facts.remote);
    this.#epoch = recorder.epoch;
  }

  /** The node may turn out to be one that is recorded while it is not identified. */
  get isOn(): boolean {
    return this.#isRecorded || (this.#idHex === undefined && this.#recorder.isActive);
  }

  message(wireCode: number, message: TappedMessage): void {
    if (!this.#isRecorded) return;
    if (this.#epoch !== this.#recorder.epoch) this.#resume();
    const { label, facts, hasId } = this.#codeFacts(wireCode);
    const { direction, payload } = message;
    const row = this.#row('message', direction, label, message.wireBytes);
    row.compressedBytes = message.compressedBytes;
    row.timing = message.timing;
    row.role = facts?.role ?? 'announcement';
    const id = hasId ? requestIdOf(payload) : undefined;
    row.requestId = id === undefined ? null : String(id);
    this.#pairs ??= createPairs(this.#recorder);
    const key = id === undefined ? label.protocol : `${label.protocol} ${String(id)}`;
    const seq = this.#pairs.add({ requestName: facts?.requestName, key, row }, payload);
    if (direction === 'in') this.#lastReceived = seq;
    if (label.protocol === 'p2p' && label.code === DISCONNECT_CODE) {
      this.#hasDisconnect = true;
      if (direction === 'out') this.#disconnectSent = seq;
    }
  }

  handshake(name: 'auth' | 'ack', { direction, payload, wireBytes }: TappedMessage): void {
    if (!this.isOn) return;
    const label = { protocol: 'rlpx', code: name === 'auth' ? 0 : 1, name };
    const row = this.#row('handshake', direction, label, wireBytes);
    if (this.#isRecorded) this.#recorder.add(row, payload);
    else if (this.#early.length < MAX_EARLY) this.#early.push({ row, payload });
  }

  badFrame(code: CauseCode, message: string, { payload, ...frameFault }: TappedFault): void {
    if (!this.#isRecorded) return;
    const row = this.#row('bad-frame', 'in', FRAME, frameFault.frameBytes ?? 0);
    row.cause = { code, message };
    row.frameFault = frameFault;
    this.#recorder.add(row, payload);
  }

  dropped(code: CauseCode): void {
    if (!this.#isRecorded || this.#lastReceived === undefined) return;
    this.#recorder.update(this.#lastReceived, {
      kind: 'dropped',
      cause: { code, message: titleOfCode(code) },
    });
  }

  notSent(wireCode: number, payload: Uint8Array, code: CauseCode): void {
    if (!this.#isRecorded) return;
    const { label, facts, hasId } = this.#codeFacts(wireCode);
    const row = this.#row('dropped', 'out', label, 0);
    row.role = facts?.role ?? 'announcement';
    row.requestId = hasId ? (requestIdOf(payload)?.toString() ?? null) : null;
    row.cause = { code, message: titleOfCode(code) };
    this.#recorder.add(row, payload);
  }

  identified(idHex: string): void {
    this.#idHex = idHex;
    const early = this.#early;
    this.#early = [];
    if (!this.#isRecorded) return;
    for (const { row, payload } of early) {
      row.nodeId = idHex;
      row.nodeName = this.#nodeName;
      this.#recorder.add(row, payload);
    }
  }

  negotiated(labelOf: (wireCode: number) => TappedLabel, clientName: string): void {
    this.#labelOf = labelOf;
    this.#clientName = clientName;
    this.#codes.clear();
  }

  ended(cause: EndCause): void {
    if (!this.#isRecorded) return;
    const why = { code: cause.code, message: endSentence(cause) };
    if (this.#disconnectSent !== undefined) this.#recorder.update(this.#disconnectSent, { cause: why });
    if (this.#hasDisconnect) return;
    const row = this.#row('end', cause.by === 'local' ? 'out' : 'in', END, 0);
    row.cause = why;
    this.#recorder.add(row, EMPTY_BYTES);
  }

  /** Messages may have been missed: Ping and Pong are paired by their order, and an answer may have an unknown request. */
  #resume(): void {
    this.#epoch = this.#recorder.epoch;
    this.#lastReceived = undefined;
    this.#pairs = createPairs(this.#recorder, this.#recorder.now);
  }

  get #isRecorded(): boolean {
    return this.#recorder.records(this.#idHex) || this.#facts.test?.hasRoom === true;
  }

  get #nodeName(): string | null {
    if (this.#idHex === undefined) return this.#clientName;
    return this.#recorder.labelOf(this.#idHex) ?? this.#clientName;
  }

  #codeFacts(wireCode: number): CodeFacts {
    const known = this.#codes.get(wireCode);
    if (known !== undefined) return known;
    const label = wireCode < BASE_LENGTH ? this.#baseLabel(wireCode) : this.#labelOf(wireCode);
    const facts = this.#recorder.factsOf(label.protocol, label.code);
    const hasId = label.protocol !== 'p2p' && facts?.requestName !== undefined;
    const found = { label, facts, hasId };
    if (this.#codes.size < MAX_CODES) this.#codes.set(wireCode, found);
    return found;
  }

  #baseLabel(code: number): TappedLabel {
    const name = this.#recorder.factsOf('p2p', code)?.name ?? `Reserved ${String(code)}`;
    return { protocol: 'p2p', name, code };
  }

  #row(kind: RecordRow['kind'], direction: 'in' | 'out', label: TappedLabel, wireBytes: number): NewRow {
    const { protocol, code, name } = label;
    const row = newRow({
      kind,
      source: 'session',
      connection: this.#facts.id,
      nodeId: this.#idHex ?? null,
      nodeName: this.#nodeName,
      address: this.#address,
      direction,
      protocol,
      code,
      name,
      wireBytes,
    });
    row.test = this.#facts.test?.id ?? null;
    return row;
  }
}

/** BOUNDED: message codes whose facts are kept; a connection has far fewer (our choice). */
const MAX_CODES = 256;
const FRAME: TappedLabel = { protocol: 'rlpx', code: 0, name: 'frame' };
const END: TappedLabel = { protocol: 'rlpx', code: 0, name: 'end' };

function createPairs(recorder: RecordSink, resumedAt?: number): RequestPairs {
  return new RequestPairs(recorder, { maxOpen: MAX_OPEN_REQUESTS, hasManyAnswers: () => false, resumedAt });
}

/** Before the protocols are negotiated. */
const unknownLabel = (code: number): TappedLabel => ({
  protocol: 'unknown',
  name: `Message ${String(code)}`,
  code,
});
