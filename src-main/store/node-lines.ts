/** A fault of a text that a person wrote. */
export interface TextFault {
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

/** One node's text and the line it stands in, from 1. */
export interface NodeLine {
  readonly line: number;
  readonly text: string;
}

/** What was read, and what could not be. */
export interface NodeListText {
  readonly nodes: readonly NodeLine[];
  readonly errors: readonly TextFault[];
}
