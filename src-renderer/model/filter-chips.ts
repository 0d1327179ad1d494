import { parseFilter, type FilterTerm, type ParsedFilter } from '../../shared/record-filter.ts';

/** The filter that asks the node for a term on payloads, without its negation. */
export function payloadFilter(term: FilterTerm): string {
  return term.source.replace(/^(?:-|not\s+)/i, '');
}

/** The terms with those of `text` added; a term that is already there is not added again. */
export function addTerms(terms: readonly FilterTerm[], text: string): ParsedFilter {
  const added = parseFilter(text);
  if (!added.ok) return added;
  const known = new Set(terms.map(({ source }) => source));
  const next = [...terms, ...added.terms.filter(({ source }) => !known.has(source))];
  const whole = parseFilter(next.map(({ source }) => source).join(' '));
  return whole.ok ? { ok: true, terms: next } : { ok: false, at: 0, reason: whole.reason };
}

/** The Inspector with the packets and messages of a test of the Doctor; `seq` chooses one of them. */
export function testLink(id: string, seq?: number) {
  return {
    name: 'inspector',
    query: { filter: `test:${id}`, ...(seq === undefined ? {} : { record: String(seq) }) },
  };
}

/** The Inspector with the messages of one node; `at` chooses the message nearest to a time, Unix milliseconds. */
export function inspectorLink(id: string, at?: number) {
  return {
    name: 'inspector',
    query: { filter: `peer:${id}`, ...(at === undefined ? {} : { at: String(at) }) },
  };
}
