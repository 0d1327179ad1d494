import type { LackConsequence } from './model/chain.ts';

/**
 * The lacks of an execution client for which peers get less than a node that serves the chain owes them. An access list that
 * is not there is an answer that eth/71 allows, and the other lacks cost calls only.
 */
const GRAVE_LACKS = [
  'no-blocks-served',
  'no-bodies-served',
  'no-receipts-served',
  'transactions-are-not-relayed',
  'pool-is-not-served',
  'pending-transactions-are-not-announced',
] as const satisfies readonly LackConsequence[];

/** What follows from a lack that is a warning. */
export type GraveLack = (typeof GRAVE_LACKS)[number];

const GRAVE: ReadonlySet<LackConsequence> = new Set(GRAVE_LACKS);

/** Whether a lack is a warning. */
export function isGraveLack(consequence: LackConsequence): consequence is GraveLack {
  return GRAVE.has(consequence);
}
