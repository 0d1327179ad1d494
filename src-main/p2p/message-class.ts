/**
 * Class of a message for the outbound queue and the inbound limits. `control`: keeps the session alive. `request`,
 * `answer`: one side waits for it. `announcement`: may be dropped, because a later announcement replaces it.
 */
export type MessageClass = 'control' | 'request' | 'answer' | 'announcement';

/** Protocol of a message (`p2p`, `eth/69`), its name, and its code relative to the protocol. */
export interface MessageLabel {
  readonly protocol: string;
  readonly name: string;
  readonly code: number;
}
