/**
 * What a message is to the queue and to the limits: `control` keeps the session going, requests and answers are what
 * somebody waits for, announcements are news that the next one makes up for.
 */
export type MessageClass = 'control' | 'request' | 'answer' | 'announcement';

/** A message's protocol (`p2p`, `eth/69`), its name, and its code within that protocol. */
export interface MessageLabel {
  readonly protocol: string;
  readonly name: string;
  readonly code: number;
}
