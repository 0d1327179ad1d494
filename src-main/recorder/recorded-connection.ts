import type { CauseCode } from '../../shared/causes/catalogue.ts';
import { endSentence } from '../../shared/causes/sentences.ts';
import type { RecordRow } from '../../shared/model/recording.ts';
import { formatSocketAddress } from '../base/ip.ts';
import type { SocketAddress } from '../base/network.ts';
import { requestIdOf } from '../base/request-id.ts';
import type { ConnectionTap, TappedLabel, TappedMessage } from '../events/connection-tap.ts';
import type { Direction, EndCause } from '../events/events.ts';
import type { NewRow, RecordSink } from './record-sink.ts';
import { RequestPairs, type PairKey } from './request-pairs.ts';

/** Codes of the base protocol; the same on every connection. */
const BASE_LENGTH = 16;
const BASE_NAMES: readonly string[] = ['Hello', 'Disconnect', 'Ping', 'Pong'];
const DISCONNECT_CODE = 1;
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
  readonly #pairs = new RequestPairs();
  #idHex: string | undefined;
  #clientName: string | undefined;
  #labelOf: (wireCode: number) => TappedLabel = baseLabel;
  #last: number | undefined;
  #saidGoodbye = false;

  constructor(recorder: RecordSink, facts: ConnectionFacts) {
    this.#recorder = recorder;
    this.#facts = facts;
  }

  get isOn(): boolean {
    return this.#recorder.records(this.#idHex);
  }

  message(wireCode: number, { direction, payload, wireBytes }: TappedMessage): void {
    if (!this.isOn) return;
    const label = wireCode < BASE_LENGTH ? baseLabel(wireCode) : this.#labelOf(wireCode);
    const isBase = label.protocol === 'p2p';
    if (isBase && label.code === DISCONNECT_CODE) this.#saidGoodbye = true;
    const { protocol, code, name } = label;
    const facts = this.#recorder.factsOf(protocol, code);
    const requestId = facts?.requestName === undefined || isBase ? null : requestIdText(payload);
    const row = this.#row('message', direction, { protocol, code, name, wireBytes, requestId });
    const role = facts?.role ?? 'announcement';
    const key = pairKey(role, direction, `${protocol} ${facts?.requestName ?? ''} ${requestId ?? ''}`);
    const pair = key?.role === 'answer' ? this.#pairs.answer(key, this.#recorder.now) : undefined;
    const linked = { role, pairSeq: pair?.seq ?? null, latencyMs: pair?.latencyMs ?? null };
    const seq = this.#recorder.add({ ...row, ...linked }, payload);
    if (pair !== undefined) this.#recorder.update(pair.seq, { pairSeq: seq });
    if (key?.role === 'request') this.#pairs.request(key, seq, this.#recorder.now);
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
    if (!this.isOn || this.#saidGoodbye) return;
    const direction = cause.by === 'local' ? 'out' : 'in';
    const row = this.#row('end', direction, { protocol: 'rlpx', code: 0, name: 'end', wireBytes: 0 });
    this.#recorder.add({ ...row, cause: { code: cause.code, message: endSentence(cause) } }, NO_PAYLOAD);
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
      requestId: null,
      ...rest,
      pairSeq: null,
      role: 'announcement',
      latencyMs: null,
      cause: null,
    };
  }
}

function baseLabel(code: number): TappedLabel {
  if (code < BASE_LENGTH)
    return { protocol: 'p2p', name: BASE_NAMES[code] ?? `Reserved ${String(code)}`, code };
  return { protocol: 'unknown', name: `Message ${String(code)}`, code };
}

function pairKey(role: RecordRow['role'], direction: 'in' | 'out', id: string): PairKey | undefined {
  if (role === 'announcement') return undefined;
  const other = direction === 'in' ? 'out' : 'in';
  return { role, requester: role === 'request' ? direction : other, id };
}

const requestIdText = (payload: Uint8Array): string | null => requestIdOf(payload)?.toString() ?? null;
