import type { Failure } from '../../shared/causes/facts.ts';
import { titleOfCode } from '../../shared/causes/sentences.ts';
import { BoundedMap } from '../base/bounded-map.ts';
import { EMPTY_BYTES, utf8ToBytes } from '../base/bytes.ts';
import type { DnsTap, TappedQuery } from '../events/dns-tap.ts';
import { newRow, type NewRow, type RecordSink } from './record-sink.ts';

/** Codes are the QR bit of a DNS header (RFC 1035 section 4.1.1). */
const QUERY = { code: 0, name: 'Query' } as const;
const ANSWER = { code: 1, name: 'Answer' } as const;
const NO_ANSWER = { code: 1, name: 'no answer' } as const;

/** BOUNDED: queries that wait for an answer (our choice); the client sends one at a time. */
const MAX_OPEN = 64;
/** BOUNDED: TXT records of one answer that are recorded (our choice); an answer has at most 64 KiB. */
const MAX_TEXTS = 64;

/** Records the DNS queries of node lists, each TXT record of an answer, and queries without an answer. */
export class RecordedDns implements DnsTap {
  readonly #recorder: RecordSink;
  readonly #open = new BoundedMap<string, { readonly seq: number; readonly at: number }>(MAX_OPEN);

  constructor(recorder: RecordSink) {
    this.#recorder = recorder;
  }

  get isOn(): boolean {
    return this.#recorder.recordsDiscovery;
  }

  query(query: TappedQuery): void {
    if (!this.isOn) return;
    const row = this.#row(query, 'out', QUERY);
    row.role = 'request';
    const seq = this.#recorder.add(row, utf8ToBytes(query.name));
    this.#open.set(query.name, { seq, at: row.monotonicMs });
  }

  answer(query: TappedQuery, texts: readonly string[]): void {
    const asked = this.#take(query);
    if (!this.isOn) return;
    const payloads = texts.length === 0 ? [EMPTY_BYTES] : texts.slice(0, MAX_TEXTS).map(bytesOf);
    payloads.forEach((payload, index) => {
      const row = this.#row(query, 'in', ANSWER);
      row.role = 'answer';
      row.answerState = asked === undefined ? 'unsolicited' : 'answered';
      row.pairSeq = asked?.seq ?? null;
      row.latencyMs = asked === undefined ? null : this.#recorder.now - asked.at;
      if (texts.length === 0) row.cause = { code: 'not-found', message: NO_RECORD };
      const seq = this.#recorder.add(row, payload);
      if (index === 0 && asked !== undefined) this.#recorder.update(asked.seq, { pairSeq: seq });
    });
  }

  failed(query: TappedQuery, { code }: Failure): void {
    const asked = this.#take(query);
    if (!this.isOn) return;
    const row = this.#row(query, 'in', NO_ANSWER);
    row.kind = 'end';
    row.pairSeq = asked?.seq ?? null;
    row.latencyMs = asked === undefined ? null : this.#recorder.now - asked.at;
    // The reason without the name, which the query has: an anonymous export must not have it.
    row.cause = { code, message: titleOfCode(code) };
    this.#recorder.add(row, EMPTY_BYTES);
  }

  #take({ name }: TappedQuery): { readonly seq: number; readonly at: number } | undefined {
    const asked = this.#open.get(name);
    this.#open.delete(name);
    return asked;
  }

  #row(
    { origin }: TappedQuery,
    direction: NewRow['direction'],
    message: { readonly code: number; readonly name: string },
  ): NewRow {
    return newRow({
      kind: 'packet',
      source: 'dns',
      connection: null,
      nodeId: null,
      nodeName: null,
      address: origin,
      direction,
      protocol: 'dns',
      ...message,
      // The resolver of the system does not show its datagrams.
      wireBytes: 0,
    });
  }
}

const NO_RECORD = 'The name has no TXT record';

/** The received bytes: the resolver gives one character for each. */
const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
