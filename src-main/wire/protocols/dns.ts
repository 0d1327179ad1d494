/**
 * Schemas of the queries for DNS node lists. A resolver gives texts, not packets: the payload of a record is an RLP list of the
 * name and the texts.
 * @see https://eips.ethereum.org/EIPS/eip-1459#dns-record-structure
 */
import { formatQuantity } from '../../../shared/format.ts';
import { message, protocol, type ProtocolSchema } from '../message-schema.ts';
import { lenientText, list, struct } from '../schema.ts';

/** BOUNDED: bytes of a name and of a TXT record, and records of an answer (the resolver returns 16). */
const MAX_NAME = 1_024;
const MAX_TEXT = 16_384;
const MAX_TEXTS = 16;

const name = lenientText(MAX_NAME);

/** What begins the text of an entry, and what the entry is. */
const ENTRIES: readonly (readonly [prefix: string, words: (text: string) => string])[] = [
  ['enrtree-root:', (text) => `root, seq ${/ seq=(\d{1,20})/.exec(text)?.[1] ?? 'unknown'}`],
  ['enrtree-branch:', (text) => `branch of ${formatQuantity(text.split(',').length, 'entry', 'entries')}`],
  ['enrtree://', () => 'link to another list'],
  ['enr:', () => 'ENR'],
];

function wordsOf(text: string): string {
  const entry = ENTRIES.find(([prefix]) => text.startsWith(prefix));
  return entry === undefined ? 'text of another kind' : entry[1](text);
}

/** TXT queries. */
export const DNS: ProtocolSchema = protocol('dns', 2, [
  message('Query', {
    code: 0x00,
    role: { kind: 'request', answer: 'Answer' },
    schema: struct({ name }),
    summary: (query) => query.name,
  }),
  message('Answer', {
    code: 0x01,
    role: { kind: 'answer', request: 'Query' },
    schema: struct({ name, texts: list(lenientText(MAX_TEXT), MAX_TEXTS) }),
    summary: ({ texts }) => (texts.length === 0 ? 'no TXT record' : texts.map(wordsOf).join('; ')),
  }),
]);
