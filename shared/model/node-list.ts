/** The node lists that a person edits. */
export const NODE_LISTS = ['bootnodes', 'static', 'trusted'] as const;

/** One of NODE_LISTS. */
export type NodeListName = (typeof NODE_LISTS)[number];

/** One entry of a node list. */
export interface NodeListEntry {
  /** Node ID, 64 hex digits: an entry's key within its list. */
  readonly id: string;
  /** The enode URL or record as it was given. */
  readonly text: string;
  readonly label: string | null;
  readonly addedAt: number;
  /** Where it comes from: `network` are the chain's own bootnodes, `flag` and `environment` name nodes for this run, `setting` is the
   * setting `bootnodes`: none of these can be edited in the list. */
  readonly source: 'user' | 'network' | 'flag' | 'environment' | 'setting';
  readonly host: string | null;
  readonly tcp: number;
  readonly udp: number;
  readonly state: NodeEntryState;
}

/** How an entry gets on now. */
export interface NodeEntryState {
  readonly state: 'connected' | 'dialing' | 'waiting' | 'refused' | 'idle' | 'answering' | 'silent';
  /** A phrase: "connected for …" is left to the window; "too many peers (they closed)" is here. */
  readonly message: string | null;
  /** When it will be tried again, Unix milliseconds. */
  readonly nextTryAt: number | null;
  /** What the user can do about it; null where nothing helps or nothing is needed. */
  readonly action: NodeEntryAction | null;
}

/** Where the user changes what keeps a node from being dialled: a setting, the bans, or the entry itself. */
export type NodeEntryAction = 'max-peers' | 'no-dial' | 'net-restrict' | 'bans' | 'edit';

/** All lists. */
export type NodeLists = Readonly<Record<NodeListName, readonly NodeListEntry[]>>;

/** What came of an import: nothing is taken over unless every line is good or `partial` was asked for. */
export interface ImportResult {
  readonly added: number;
  readonly unchanged: number;
  readonly errors: readonly { readonly line: number; readonly reason: string }[];
  readonly applied: boolean;
}
