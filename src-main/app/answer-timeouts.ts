import { REPLY_TIMEOUT_MS as V4_REPLY_TIMEOUT_MS } from '../discovery/v4/constants.ts';
import { REPLY_TIMEOUT_MS as V5_REPLY_TIMEOUT_MS } from '../discovery/v5/constants.ts';
import { REQUEST_TIMEOUT_MS } from '../eth/constants.ts';

/** How long this node waits for the answer to a request, milliseconds; Infinity where it does not time out. @param protocol `eth/69` */
export function answerTimeoutOf(protocol: string): number {
  if (protocol === 'discv4') return V4_REPLY_TIMEOUT_MS;
  if (protocol === 'discv5') return V5_REPLY_TIMEOUT_MS;
  return /^(eth|snap)\//.test(protocol) ? REQUEST_TIMEOUT_MS : Infinity;
}
