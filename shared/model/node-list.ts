import type { PastOutcome } from './peer.ts';

/** BOUNDED: characters of an entry's label. */
export const MAX_NODE_LABEL = 64;

/** The node lists that the user edits. */
export const NODE_LISTS = ['bootnodes', 'static', 'trusted'] as const;

/** One of NODE_LISTS. */
export type NodeListName = (typeof NODE_LISTS)[number];

/** One entry of a node list. */
export interface NodeListEntry {
  /** Node ID, 64 hex digits: the key of the entry within its list. */
  readonly id: string;
  /** The enode URL or ENR as it was entered. */
  readonly text: string;
  readonly label: string | null;
  readonly addedAt: number;
  /**
   * `network`: a default bootnode of the chain; `flag`, `environment`: given for this run; `setting`: from the setting
   * `bootnodes`. Only `user` entries can be edited in the list.
   */
  readonly source: 'user' | 'network' | 'flag' | 'environment' | 'setting';
  readonly host: string | null;
  readonly tcp: number;
  readonly udp: number;
  readonly state: NodeEntryState;
  /** Client name in the last Hello that the node sent; null if no session with it is remembered. */
  readonly client: string | null;
  /** How the newest failed dial or ended session with it ended; null if none is remembered. */
  readonly lastEnd: PastOutcome | null;
}

/** The current state of an entry. */
export interface NodeEntryState {
  readonly state: 'connected' | 'dialing' | 'waiting' | 'refused' | 'idle' | 'answering' | 'silent';
  /** A phrase with the cause, "too many peers"; null without one. */
  readonly message: string | null;
  /** When the node is dialled again, Unix milliseconds, to the second; null if that is not scheduled. */
  readonly nextTryAt: number | null;
  /** What the user can do about it; null if nothing helps or nothing is needed. */
  readonly action: NodeEntryAction | null;
}

/** What the user can change so that the node is dialled: a setting, the bans, or the entry itself. */
export type NodeEntryAction = 'max-peers' | 'no-dial' | 'net-restrict' | 'bans' | 'edit';

/** All lists. */
export type NodeLists = Readonly<Record<NodeListName, readonly NodeListEntry[]>>;

/** The result of an undo: the IDs of the entries that were put back, and why others were not. */
export interface RestoreResult {
  readonly restored: readonly string[];
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
}

/** The result of an import: nothing is imported unless every line is valid or `partial` was set. */
export interface ImportResult {
  readonly added: number;
  readonly unchanged: number;
  readonly errors: readonly { readonly line: number; readonly reason: string }[];
  readonly applied: boolean;
}
