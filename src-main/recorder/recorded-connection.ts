import type { CauseCode } from '../../shared/causes/catalogue.ts';
import { endSentence } from '../../shared/causes/sentences.ts';
import type { RecordRow } from '../../shared/model/recording.ts';
import { formatSocketAddress } from '../base/ip.ts';
import type { SocketAddress } from '../base/network.ts';
import { requestIdOf } from '../base/request-id.ts';
import type { ConnectionTap, TappedLabel, TappedMessage } from '../events/connection-tap.ts';
import type { Direction, EndCause } from '../events/events.ts';
import { PLAIN_COLUMNS, type NewRow, type RecordSink } from './record-sink.ts';
import { RequestPairs } from './request-pairs.ts';

/** Codes below it are those of the base protocol, the same on every connection. */
const BASE_LENGTH = 16;
const DISCONNECT_CODE = 1;
/** BOUNDED: requests of one connection that wait for an answer (our choice). */
const MAX_OPEN_REQUESTS = 256;
const NO_PAYLOAD = new Uint8Array(0);

/** Which connection it is. */
interface ConnectionFacts {
  readonly id: number;
  readonly direction: Direction;
  readonly remote: SocketAddress;
}

/** The tap of one connection: names its messages and links answers to requests. */
export class RecordedConnection implements ConnectionTap {
  readonly #recorder: RecordSink;
  readonly #facts: ConnectionFacts;
  readonly #pairs: RequestPairs;
  #idHex: string | undefined;
  #clientName: string | undefined;
  #labelOf: (wireCode: number) => TappedLabel = unknownLabel;
  #last: number | undefined;
  /** Whether a Disconnect was sent or received. */
  #hasDisconnect = false;

  constructor(recorder: RecordSink, facts: ConnectionFacts) {
    this.#recorder = recorder;
    this.#facts = facts;
    this.#pairs = new RequestPairs(recorder, { maxOpen: MAX_OPEN_REQUESTS, hasManyAnswers: false });
  }

  get isOn(): boolean {
    return this.#recorder.records(this.#idHex);
  }

  message(wireCode: number, { direction, payload, wireBytes }: TappedMessage): void {
    if (!this.isOn) return;
    const label = wireCode < BASE_LENGTH ? this.#baseLabel(wireCode) : this.#labelOf(wireCode);
    const isBase = label.protocol === 'p2p';
    if (isBase && label.code === DISCONNECT_CODE) this.#hasDisconnect = true;
    const { protocol, code, name } = label;
    const facts = this.#recorder.factsOf(protocol, code);
    const requestId = facts?.requestName === undefined || isBase ? null : requestIdText(payload);
    const row = this.#row('message', direction, { protocol, code, name, wireBytes, requestId });
    const key = `${protocol} ${facts?.requestName ?? ''} ${requestId ?? ''}`;
    const seq = this.#pairs.add({ key, row: { ...row, role: facts?.role ?? 'announcement' } }, payload);
    if (direction === 'in') this.#last = seq;
  }

  handshake(name: 'auth' | 'ack', { direction, payload, wireBytes }: TappedMessage): void {
    if (!this.isOn) return;
    const code = name === 'auth' ? 0 : 1;
    this.#recorder.add(
      this.#row('handshake', direction, { protocol: 'rlpx', code, name, wireBytes }),
      payload,
    );
  }

  badFrame(code: CauseCode, message: string): void {
    if (!this.isOn) return;
    const row = this.#row('bad-frame', 'in', { protocol: 'rlpx', code: 0, name: 'frame', wireBytes: 0 });
    this.#recorder.add({ ...row, cause: { code, message } }, NO_PAYLOAD);
  }

  dropped(code: CauseCode, message: string): void {
    if (this.isOn && this.#last !== undefined)
      this.#recorder.update(this.#last, { cause: { code, message } });
  }

  identified(idHex: string): void {
    this.#idHex = idHex;
  }

  negotiated(labelOf: (wireCode: number) => TappedLabel, clientName: string): void {
    this.#labelOf = labelOf;
    this.#clientName = clientName;
  }

  ended(cause: EndCause): void {
    if (!this.isOn || this.#hasDisconnect) return;
    const direction = cause.by === 'local' ? 'out' : 'in';
    const row = this.#row('end', direction, { protocol: 'rlpx', code: 0, name: 'end', wireBytes: 0 });
    this.#recorder.add({ ...row, cause: { code: cause.code, message: endSentence(cause) } }, NO_PAYLOAD);
  }

  #baseLabel(code: number): TappedLabel {
    const name = this.#recorder.factsOf('p2p', code)?.name ?? `Reserved ${String(code)}`;
    return { protocol: 'p2p', name, code };
  }

  #row(
    kind: RecordRow['kind'],
    direction: 'in' | 'out',
    rest: Pick<RecordRow, 'protocol' | 'code' | 'name' | 'wireBytes'> & {
      readonly requestId?: string | null;
    },
  ): NewRow {
    const idHex = this.#idHex;
    return {
      kind,
      source: 'session',
      connection: this.#facts.id,
      nodeId: idHex ?? null,
      nodeName: (idHex === undefined ? null : this.#recorder.labelOf(idHex)) ?? this.#clientName ?? null,
      address: formatSocketAddress(this.#facts.remote),
      direction,
      ...PLAIN_COLUMNS,
      ...rest,
    };
  }
}

/** Before the protocols are negotiated. */
const unknownLabel = (code: number): TappedLabel => ({
  protocol: 'unknown',
  name: `Message ${String(code)}`,
  code,
});

const requestIdText = (payload: Uint8Array): string | null => requestIdOf(payload)?.toString() ?? null;
