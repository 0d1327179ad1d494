/** Which ends of a session cost the peer reputation. */
import { byEndCode, type EndCode } from '../causes/end-codes.ts';
import type { EndCause, Offence } from '../events/events.ts';

/** Causes that we found and the peer is to blame for, by code; all others cost nothing of themselves. */
const OFFENCE_BY_CODE: Readonly<Partial<Record<EndCode, Offence>>> = {
  'bad-header-mac': 'bad-message',
  'bad-frame-mac': 'bad-message',
  'invalid-message-code': 'bad-message',
  'message-too-large': 'bad-message',
  'invalid-compression': 'bad-message',
  'malformed-message': 'bad-message',
  'unknown-message': 'bad-message',
  'status-missing': 'bad-protocol',
  'unexpected-status': 'bad-protocol',
  'obsolete-message': 'bad-protocol',
  'invalid-block-range': 'bad-protocol',
  'wrong-version': 'bad-protocol',
  'unrequested-answer': 'unrequested-answer',
  'bad-answer': 'bad-answer',
  'status-timeout': 'timeout',
  'read-timeout': 'timeout',
  'write-timeout': 'does-not-read',
  'outbound-overflow': 'does-not-read',
};

/** What the peer did wrong when a session ended so; undefined when nothing. */
export function offenceOf(cause: EndCause): Offence | undefined {
  return cause.by === 'remote' ? undefined : byEndCode(OFFENCE_BY_CODE, cause.code);
}
