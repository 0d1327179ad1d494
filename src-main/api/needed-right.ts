import type { z } from 'zod';
import type { Right } from '../../shared/model/access.ts';

/** The right that a request or a method needs, where some calls need less. */
export interface RightByArgument {
  /** Of each call that is not in `lower`. */
  readonly right: Right;
  /** Calls whose first argument, as it was sent, has a schema. The first one that matches decides. */
  readonly lower: readonly { readonly right: Right; readonly first: z.ZodType }[];
}

/** The right that each call of a request or a method needs. */
export type NeededRight = Right | RightByArgument;

/** The right that a call needs. @param first its first argument, unchecked */
export function rightOfCall(needed: NeededRight, first: unknown): Right {
  if (typeof needed === 'string') return needed;
  return needed.lower.find((calls) => calls.first.safeParse(first).success)?.right ?? needed.right;
}

/** The right with which every call is permitted. */
export const rightOfEveryCall = (needed: NeededRight): Right =>
  typeof needed === 'string' ? needed : needed.right;

/** The calls that need less than that. */
export const lowerRights = (needed: NeededRight): RightByArgument['lower'] =>
  typeof needed === 'string' ? [] : needed.lower;
