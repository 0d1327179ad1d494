import type { NodeText } from '../../shared/node-texts.ts';

/** A fault of a text that a person wrote. */
export interface TextFault {
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

/** What was read, and what could not be. */
export interface NodeListText {
  readonly nodes: readonly NodeText[];
  readonly errors: readonly TextFault[];
}
