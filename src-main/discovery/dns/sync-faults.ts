import { FIRST_RETRY_MS } from './constants.ts';
import { DnsEntryError, DnsListError } from './errors.ts';

/** A failure of a list or of the DNS. */
export type DnsFault = DnsEntryError | DnsListError;

/** Whether an error is a failure of the list or of the DNS, not the end of the synchronisation. */
export function isDnsFault(error: unknown): error is DnsFault {
  return error instanceof DnsEntryError || (error instanceof DnsListError && error.code !== 'closed');
}

/** Whether the DNS gave an invalid answer, not none. */
export function isRefusal(error: DnsFault): boolean {
  return error.code !== 'timeout' && error.code !== 'server-failure';
}

/** The pause after consecutive failures, milliseconds. */
export function pause(failures: number, longest: number): number {
  return Math.min(longest, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20));
}
