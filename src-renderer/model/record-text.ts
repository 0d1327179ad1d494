import { MAX_ENR_BYTES } from '../../shared/enr-text.ts';
import { checkNodeText } from './node-text.ts';

/** What a field for a record says before the node is asked. */
export type RecordTextCheck =
  | { readonly state: 'empty' }
  /** An enode URL holds a key and an address, nothing that could be read entry by entry. */
  | { readonly state: 'enode' }
  | { readonly state: 'bad'; readonly message: string }
  | { readonly state: 'good'; readonly text: string };

/** Checks the text of a record; quotes and line breaks of where it was copied from are taken off. */
export function checkRecordText(raw: string): RecordTextCheck {
  const text = raw.replaceAll(/["'\s]/g, '');
  if (text === '') return { state: 'empty' };
  if (text.startsWith('enode:')) return { state: 'enode' };
  if (!text.startsWith('enr:') && /^[\w-]{64,}$/.test(text)) return checkRecordText(`enr:${text}`);
  const check = checkNodeText(text);
  if (check.state === 'bad') return check;
  return { state: 'good', text };
}

/** Share of a record's room that is used, 0 to 1. */
export const recordFill = (bytes: number): number => Math.min(1, bytes / MAX_ENR_BYTES);

const FIRST_YEAR = Date.UTC(2017, 0);
const LAST_YEAR = Date.UTC(2100, 0);

/** Many clients count a record's updates from the millisecond of its making: that moment, or null. */
export function seqTimestamp(seq: string): number | null {
  const value = Number(seq);
  return value >= FIRST_YEAR && value < LAST_YEAR ? value : null;
}
