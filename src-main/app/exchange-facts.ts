/** What a request of eth or snap asked for, and what its answer gave. */
import type { ExchangeFacts } from '../../shared/model/recording.ts';
import type { WireJson } from '../../shared/model/wire.ts';
import { MAX_ITEMS_SERVED, SOFT_RESPONSE_LIMIT } from '../eth/constants.ts';
import { fieldsOfRecord, type ExportedRecord } from '../export/exported-record.ts';

/** By answer: the field with its items. */
const ITEM_FIELDS: Readonly<Record<string, string>> = {
  BlockHeaders: 'headers',
  BlockBodies: 'bodies',
  PooledTransactions: 'transactions',
  Receipts: 'receipts',
  AccountRange: 'accounts',
  StorageRanges: 'slots',
  ByteCodes: 'codes',
  TrieNodes: 'nodes',
  BlockAccessLists: 'blockAccessLists',
};

/** Fields of a request that have one item for each item of the answer. */
const ASKED_FIELDS = ['hashes', 'accountHashes', 'paths'] as const;

/** Fields of a request with the size of the answer that it allows, bytes. */
const SIZE_FIELDS = ['responseBytes', 'bytes'] as const;

type Fields = Readonly<Record<string, WireJson>>;

/**
 * The facts of the exchange that a record belongs to; null for a record that is neither a request nor an answer.
 * @param get a record that is still kept
 */
export function exchangeFactsOf(
  record: ExportedRecord,
  get: (seq: number) => ExportedRecord | undefined,
): ExchangeFacts | null {
  const { role, pairSeq } = record.row;
  if (role === 'announcement') return null;
  const other = pairSeq === null ? undefined : get(pairSeq);
  const [request, answer] = role === 'request' ? [record, other] : [other, record];
  const items = answer?.row.source === 'session' ? ITEM_FIELDS[answer.row.name] : undefined;
  const asking = request === undefined ? undefined : fieldsOf(request);
  const giving = answer === undefined || items === undefined ? undefined : fieldsOf(answer);
  const asked = asking === undefined ? null : askedOf(asking);
  const given = items === undefined ? null : countOf(giving?.[items]);
  const askedBytes = asking === undefined ? null : sizeOf(asking);
  return {
    requestSeq: request?.row.seq ?? null,
    answerSeq: answer?.row.seq ?? null,
    items: items ?? null,
    ...{ asked, given, askedBytes },
    truncatedBy: answer === undefined ? null : truncation({ asked, given, askedBytes }, answer, giving),
  };
}

/** Why something is missing; the limits are those that go-ethereum and this node serve with. */
function truncation(
  { asked, given, askedBytes }: Pick<ExchangeFacts, 'asked' | 'given' | 'askedBytes'>,
  { row }: ExportedRecord,
  giving: Fields | undefined,
): ExchangeFacts['truncatedBy'] {
  if (giving?.['lastBlockIncomplete'] === true) return 'bytes';
  if (given === null) return null;
  const isFull = row.plainBytes >= Math.min(askedBytes ?? SOFT_RESPONSE_LIMIT, SOFT_RESPONSE_LIMIT);
  // A request for a range names no number: only a full answer tells that something is missing.
  if (asked === null) return isFull && askedBytes !== null ? 'bytes' : null;
  if (given >= asked) return null;
  if (isFull) return 'bytes';
  return given >= MAX_ITEMS_SERVED ? 'items' : 'unknown';
}

function fieldsOf(record: ExportedRecord): Fields | undefined {
  const { json } = fieldsOfRecord(record);
  return isFields(json) ? json : undefined;
}

function askedOf(fields: Fields): number | null {
  const { query } = fields;
  if (isFields(query)) return numberOf(query['limit']);
  for (const name of ASKED_FIELDS) if (fields[name] !== undefined) return countOf(fields[name]);
  return null;
}

function sizeOf(fields: Fields): number | null {
  for (const name of SIZE_FIELDS) if (fields[name] !== undefined) return numberOf(fields[name]);
  return null;
}

const countOf = (value: WireJson | undefined): number | null => (Array.isArray(value) ? value.length : null);

const numberOf = (value: WireJson | undefined): number | null =>
  typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : null;

function isFields(value: WireJson | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
