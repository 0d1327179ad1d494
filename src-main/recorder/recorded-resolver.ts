import { encodeRlp, type RlpInput } from '../base/rlp.ts';
import type { TxtResolver } from '../base/dns-resolver.ts';
import { newRow, type RecordSink } from './record-sink.ts';
import { RequestPairs } from './request-pairs.ts';

/** BOUNDED: queries that wait for an answer; one list is queried at a time (our choice). */
const MAX_OPEN_QUERIES = 16;

const QUERY = { code: 0, direction: 'out' } as const;
const ANSWER = { code: 1, direction: 'in' } as const;

/** A resolver that records its queries and answers. A query that fails has no answer. */
export class RecordedResolver implements TxtResolver {
  readonly #inner: TxtResolver;
  readonly #recorder: RecordSink;
  readonly #server: string;
  readonly #pairs: RequestPairs;

  /** @param server address of the name server, or what stands for it */
  constructor(inner: TxtResolver, recorder: RecordSink, server: string) {
    this.#inner = inner;
    this.#recorder = recorder;
    this.#server = server;
    this.#pairs = new RequestPairs(recorder, { maxOpen: MAX_OPEN_QUERIES, hasManyAnswers: () => false });
  }

  async resolveTxt(name: string, signal: AbortSignal): Promise<readonly string[]> {
    this.#record(QUERY, name, [name]);
    const texts = await this.#inner.resolveTxt(name, signal);
    this.#record(ANSWER, name, [name, texts]);
    return texts;
  }

  #record({ code, direction }: typeof QUERY | typeof ANSWER, name: string, fields: RlpInput): void {
    if (!this.#recorder.recordsDiscovery) return;
    const facts = this.#recorder.factsOf('dns', code);
    const row = newRow({
      kind: 'packet',
      source: 'dns',
      connection: null,
      nodeId: null,
      nodeName: null,
      address: this.#server,
      direction,
      protocol: 'dns',
      code,
      name: facts?.name ?? `Packet ${String(code)}`,
      // The resolver does not tell the sizes of its packets.
      wireBytes: 0,
    });
    row.role = facts?.role ?? 'announcement';
    this.#pairs.add({ requestName: facts?.requestName, key: name, row }, encodeRlp(fields));
  }
}
