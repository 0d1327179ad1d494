import type { RecordedEnd } from '../causes/facts.ts';

/** A session that has ended, as it is kept. Times are Unix milliseconds, sizes bytes. */
export interface SessionRecord extends RecordedEnd {
  /** Grows with the time of the end; the key of a page. */
  readonly key: string;
  readonly nodeId: string;
  readonly name: string;
  /** Name from the node lists when the session ended; null for none. */
  readonly label: string | null;
  readonly ip: string;
  readonly port: number;
  readonly direction: 'inbound' | 'outbound';
  readonly kind: 'static' | 'trusted' | 'dynamic';
  readonly capabilities: readonly string[];
  readonly startedAt: number;
  readonly endedAt: number;
  /** The disconnect reason on the wire, as geth writes it; null where none was sent or received. */
  readonly disconnectReason: string | null;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** The node's reputation when the session ended. */
  readonly reputation: number;
}

/** What is known of a session when it starts. */
export type SessionStart = Pick<
  SessionRecord,
  'nodeId' | 'name' | 'label' | 'ip' | 'port' | 'direction' | 'startedAt'
>;

/** A session that starts or ends. */
export type SessionChange =
  | { readonly type: 'started'; readonly session: SessionStart }
  | { readonly type: 'ended'; readonly session: SessionRecord };

/** A page of past sessions, newest first. */
export interface SessionPage {
  readonly records: readonly SessionRecord[];
  /** The `before` of the next page; null at the end. */
  readonly next: string | null;
  /** How many are kept in all. */
  readonly total: number;
}
