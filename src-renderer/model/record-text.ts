import { MAX_ENR_BYTES } from '../../shared/enr-text.ts';
import { checkNodeText } from './node-text.ts';

/** The check of an ENR's text before the node decodes it. */
export type RecordTextCheck =
  | { readonly state: 'empty' }
  /** An enode URL, which has no entries. */
  | { readonly state: 'enode' }
  | { readonly state: 'bad'; readonly message: string }
  | { readonly state: 'good'; readonly text: string };

/** Checks the text of an ENR; quotes and white space are removed, a missing enr: is added. */
export function checkRecordText(raw: string): RecordTextCheck {
  const text = raw.replaceAll(/["'\s]/g, '');
  if (text === '') return { state: 'empty' };
  if (text.startsWith('enode:')) return { state: 'enode' };
  if (!text.startsWith('enr:') && /^[\w-]{64,}$/.test(text)) return checkRecordText(`enr:${text}`);
  const check = checkNodeText(text);
  if (check.state === 'bad') return check;
  return { state: 'good', text };
}

/** The size of an ENR as a share of the maximum, 0 to 1. */
export const recordFill = (bytes: number): number => Math.min(1, bytes / MAX_ENR_BYTES);

const FIRST_YEAR = Date.UTC(2017, 0);
const LAST_YEAR = Date.UTC(2100, 0);

/** Unix milliseconds if the sequence number is a plausible timestamp, which many clients start from; else null. */
export function seqTimestamp(seq: string): number | null {
  const value = Number(seq);
  return value >= FIRST_YEAR && value < LAST_YEAR ? value : null;
}
