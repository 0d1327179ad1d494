/**
 * What costs reputation, by name. The weights are in src-main/server/reputation-weights.ts; the names follow reth's
 * (crates/net/network-types/src/peers/reputation.rs ReputationChangeKind). Every name is a code of the catalogue.
 */
export const OFFENCES = [
  'failed-to-connect',
  'dropped',
  'timeout',
  'bad-protocol',
  'bad-message',
  'bad-announcement',
  'bad-answer',
  'unrequested-answer',
  'message-flood',
  'packet-flood',
  'does-not-read',
] as const;

/** One of OFFENCES. */
export type Offence = (typeof OFFENCES)[number];
