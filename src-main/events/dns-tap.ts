/** How the client of DNS node lists reports its queries, for the recording. Nothing is copied unless `isOn`. */
import type { Failure } from '../../shared/causes/facts.ts';

/** A query for the TXT records of a name. */
export interface TappedQuery {
  readonly name: string;
  /** Who answers: `ip:port` of the only name server that is asked, or a description. */
  readonly origin: string;
}

/** Records DNS queries and what came of them. */
export interface DnsTap {
  /** Whether queries are recorded now. The methods do nothing otherwise. */
  readonly isOn: boolean;
  query(query: TappedQuery): void;
  /** @param texts TXT records as received, one character a byte, the strings of each joined; none when there is no such record */
  answer(query: TappedQuery, texts: readonly string[]): void;
  /** The query ended without an answer that could be used. */
  failed(query: TappedQuery, failure: Failure): void;
}
