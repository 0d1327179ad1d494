import type { AnswerLimits } from './chain-source.ts';
import { HARD_RESPONSE_LIMIT, MAX_ITEMS_SERVED, SOFT_RESPONSE_LIMIT } from './constants.ts';

/** Where an answer is full, and what it cannot hold. */
export interface MessageLimits extends AnswerLimits {
  /** Largest size of all items, bytes. */
  readonly hardBytes: number;
}

/** The limits of our answers. */
export const MESSAGE_LIMITS: MessageLimits = {
  items: MAX_ITEMS_SERVED,
  bytes: SOFT_RESPONSE_LIMIT,
  hardBytes: HARD_RESPONSE_LIMIT,
};

/** Longest prefix of a list in a message, bytes: one and a length of three. */
export const LIST_PREFIX_LENGTH = 4;
