/**
 * The one catalogue of causes: why a connection ended, a node is no peer, a packet was dropped or a request failed. A code
 * has one meaning in all layers. The window, the API, the log and the node's own policy read this table.
 */
import { ADMISSION_CAUSES } from './admission-causes.ts';
import { API_CAUSES } from './api-causes.ts';
import type { CauseSpec, EndSpec } from './cause-spec.ts';
import { CODEC_CAUSES } from './codec-causes.ts';
import { CONNECTION_CAUSES } from './connection-causes.ts';
import { DIAL_CAUSES } from './dial-causes.ts';
import { DISCOVERY_CAUSES } from './discovery-causes.ts';
import { DNS_CAUSES } from './dns-causes.ts';
import { DOCTOR_CAUSES } from './doctor-causes.ts';
import { ETH_CAUSES } from './eth-causes.ts';
import { OWN_END_CAUSES } from './own-end-causes.ts';
import { P2P_CAUSES } from './p2p-causes.ts';
import { PROGRESS_CAUSES } from './progress-causes.ts';
import { SENTRY_CAUSES } from './sentry-causes.ts';
import { SESSION_CAUSES } from './session-causes.ts';
import { START_CAUSES } from './start-causes.ts';

/** The codes that can end a connection, with words and policy. */
export const END_CAUSES = {
  ...CONNECTION_CAUSES,
  ...P2P_CAUSES,
  ...ADMISSION_CAUSES,
  ...ETH_CAUSES,
  ...DIAL_CAUSES,
} as const satisfies Readonly<Record<string, EndSpec>>;

/** Every code, with its words. */
export const CAUSES = {
  ...END_CAUSES,
  ...OWN_END_CAUSES,
  ...PROGRESS_CAUSES,
  ...SESSION_CAUSES,
  ...DISCOVERY_CAUSES,
  ...CODEC_CAUSES,
  ...DNS_CAUSES,
  ...START_CAUSES,
  ...API_CAUSES,
  ...DOCTOR_CAUSES,
  ...SENTRY_CAUSES,
} as const satisfies Readonly<Record<string, CauseSpec>>;

/** Every code of the catalogue: kebab-case, stable. */
export type CauseCode = keyof typeof CAUSES;

/** A code that can end a connection. */
export type EndCode = keyof typeof END_CAUSES;

/** Whether a text from a file or the network is a code of the catalogue. */
export function isCauseCode(text: string): text is CauseCode {
  return Object.hasOwn(CAUSES, text);
}

/** Whether a text from a file or the network is a code that can end a connection. */
export function isEndCode(text: string): text is EndCode {
  return Object.hasOwn(END_CAUSES, text);
}

declare const unknownCode: unique symbol;

/** A code that this version does not know, from a record that another version wrote; `wordsOf` makes words of it. */
export type UnknownCode = string & { readonly [unknownCode]: true };

/** The code of a recorded end. */
export type RecordedCode = EndCode | UnknownCode;

/** The code of a record in the database. */
export function recordedCode(text: string): RecordedCode {
  return isEndCode(text) ? text : (text as UnknownCode);
}

/** The words of a code. */
export function causeSpec(code: CauseCode): CauseSpec {
  return CAUSES[code];
}

/** The words and the policy of a code that can end a connection. */
export function endSpec(code: EndCode): EndSpec {
  return END_CAUSES[code];
}

/** Who ended a session or refused a connection. */
export type EndedBy = 'local' | 'remote' | 'network';

/** The code under which an end is counted and explained: "too many peers" has another meaning from each side. */
export function codeOf(end: { readonly code: EndCode; readonly by: EndedBy }): CauseCode;
export function codeOf(end: { readonly code: RecordedCode; readonly by: EndedBy }): CauseCode | UnknownCode;
export function codeOf({
  code,
  by,
}: {
  readonly code: RecordedCode;
  readonly by: EndedBy;
}): CauseCode | UnknownCode {
  const own = `${code}-by-us`;
  return by === 'local' && isCauseCode(own) ? own : code;
}
