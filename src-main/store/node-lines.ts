import type { NodeText } from '../../shared/node-texts.ts';

/** An error in a text that the user wrote. */
export interface TextFault {
  /** From 1. */
  readonly line: number;
  /** A phrase without a full stop. */
  readonly reason: string;
}

/** The nodes of a text, not validated, and its errors. */
export interface NodeListText {
  readonly nodes: readonly NodeText[];
  readonly errors: readonly TextFault[];
}
