import type { RecordRow } from '../../shared/model/recording.ts';
import { formatDuration, shortId } from '../../shared/format.ts';
import { readClientName } from './clients.ts';
import { splitEndpoint, visibleText } from './format.ts';

/** What a row has to be looked at for: it could not be read, or it ended or was dropped. */
export type Trouble = 'bad' | 'end';

/** @param isBroken whether its payload could not be decoded, as far as that is known */
export function troubleOf(row: RecordRow, isBroken = false): Trouble | null {
  if (isBroken || row.kind === 'bad-frame') return 'bad';
  if (row.kind === 'end' || row.kind === 'dropped') return 'end';
  if (row.protocol.startsWith('p2p') && row.name === 'Disconnect') return 'end';
  return row.cause === null ? null : 'bad';
}

/** A request has this time before the table says that it has no answer; the session's own timeout is not longer. */
const WAIT_MS = 15_000;

/** The cell of the answer. */
export type AnswerCell =
  | { readonly kind: 'answered'; readonly seq: number }
  | { readonly kind: 'latency'; readonly ms: number }
  | { readonly kind: 'waits'; readonly ms: number }
  | { readonly kind: 'unanswered' }
  | { readonly kind: 'none' };

/** @param now Unix milliseconds while recording; null when an answer would not be recorded any more */
export function answerOf(row: RecordRow, now: number | null): AnswerCell {
  if (row.role === 'answer')
    return row.latencyMs === null ? { kind: 'none' } : { kind: 'latency', ms: row.latencyMs };
  if (row.role !== 'request') return { kind: 'none' };
  if (row.pairSeq !== null) return { kind: 'answered', seq: row.pairSeq };
  const ms = now === null ? Infinity : Math.max(0, now - row.at);
  return ms < WAIT_MS ? { kind: 'waits', ms } : { kind: 'unanswered' };
}

/** A latency: tenths below 10 ms. */
export function formatLatency(ms: number): string {
  if (ms < 0.05) return '<0.1 ms';
  return ms < 9.95 ? `${ms.toFixed(1)} ms` : formatDuration(ms);
}

/** The time of a step: microseconds below 0.1 ms. */
export function formatStep(ms: number): string {
  return ms >= 0.0995 ? formatLatency(ms) : `${String(Math.max(0, Math.round(ms * 1_000)))} µs`;
}

/** Time since the row above; empty for the first row. */
export function formatDelta(row: RecordRow, before: RecordRow | undefined): string {
  return before === undefined ? '' : `+${formatDuration(row.monotonicMs - before.monotonicMs)}`;
}

/** The node of a row: its mark, and the name that the table shows. */
export interface PeerWords {
  readonly family: string | null;
  readonly colour: string;
  readonly name: string;
  /** Everything that is known, for the tooltip. */
  readonly title: string;
}

/**
 * Node name, else the address without its port. A client name such as Geth/v1.17.8/… says the mark, not the name.
 * @param known client name of the node, where the row has its label
 */
export function peerWords(row: RecordRow, known?: string): PeerWords {
  const given = row.nodeName ?? '';
  const isClient = given.includes('/');
  const client = readClientName(isClient ? given : (known ?? given));
  const address = hostOf(row.address);
  const name = given === '' || isClient ? (isClient ? client.nickname || address : address) : given;
  const title = [
    given,
    isClient ? '' : (known ?? ''),
    row.address,
    row.nodeId === null ? '' : shortId(row.nodeId, 8, 8),
  ];
  return {
    family: given === '' && known === undefined ? null : client.family,
    colour: client.colour,
    name: visibleText(name),
    title: title.filter(Boolean).map(visibleText).join(', '),
  };
}

/** The address without its port. */
export const hostOf = (address: string): string => splitEndpoint(address)?.ip ?? address;

/** A protocol without its version, as the tag of a row shows it; discovery by its version. */
export function protocolTag(protocol: string): string {
  if (protocol === 'discv4') return 'v4';
  if (protocol === 'discv5') return 'v5';
  return protocol.split('/')[0] ?? protocol;
}

/** The request of ours that a message is or answers, if it can be sent again: its fields are kept whole. */
export function ownRequest(
  row: RecordRow,
  rowOf: (seq: number) => RecordRow | undefined,
): RecordRow | undefined {
  const request = row.role === 'answer' && row.pairSeq !== null ? rowOf(row.pairSeq) : row;
  const isOwn = request?.role === 'request' && request.direction === 'out' && request.nodeId !== null;
  return isOwn && request.keptBytes === request.plainBytes ? request : undefined;
}

/** The name with the request ID: "BlockHeaders #41". A random ID of 64 bits is left out, it says nothing. */
export function titleOf(row: RecordRow): string {
  const id = row.requestId;
  return id === null || id.length > 8 ? row.name : `${row.name} #${id}`;
}

/** The part of the bracket that ties a request to its answer, at one row. */
export type BracketPart = 'start' | 'middle' | 'end';

/** The chosen row and its request or answer. */
export interface Pair {
  readonly from: number;
  readonly to: number;
}

/** The pair that a row belongs to; null for none. */
export function pairOf(row: RecordRow | null): Pair | null {
  if (row === null || row.pairSeq === null) return null;
  return { from: Math.min(row.seq, row.pairSeq), to: Math.max(row.seq, row.pairSeq) };
}

/** The bracket at the row with the number `seq`. */
export function bracketPart(pair: Pair | null, seq: number): BracketPart | null {
  if (pair === null || seq < pair.from || seq > pair.to) return null;
  if (seq === pair.from) return 'start';
  return seq === pair.to ? 'end' : 'middle';
}

/** The next row after `seq` with trouble, from the start again at the end; undefined for none. */
export function nextTrouble(
  rows: readonly RecordRow[],
  seq: number,
  isTrouble: (row: RecordRow) => boolean,
): RecordRow | undefined {
  return rows.find((row) => row.seq > seq && isTrouble(row)) ?? rows.find(isTrouble);
}
