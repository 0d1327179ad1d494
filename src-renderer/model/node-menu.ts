import type { NodeSubject } from './node-subject.ts';

/** What can be done with a node, in every table and map. */
export const NODE_ACTIONS = [
  'dial',
  'peer',
  'makeStatic',
  'dropStatic',
  'makeTrusted',
  'dropTrusted',
  'trace',
  'request',
  'inspect',
  'test',
  'record',
  'lookup',
  'talk',
  'copyEnode',
  'copyEnr',
  'copyId',
  'copyAddress',
  'export',
  'disconnect',
  'ban',
] as const;

/** One of NODE_ACTIONS. */
export type NodeAction = (typeof NODE_ACTIONS)[number];

/** The actions that end something. */
export const DANGEROUS: ReadonlySet<NodeAction> = new Set(['disconnect', 'ban']);

/** What a place has beside what every place has. */
export interface MenuPlace {
  /** Lookups and TALKREQs: in Discovery. */
  readonly discovery?: 'v4' | 'v5';
  /** The list that the place shows: it removes entries itself. */
  readonly list?: 'static' | 'trusted';
  /** The place shows the peers themselves. */
  readonly isPeers?: boolean;
}

/** The groups of the menu of one node. */
export function menuOfNode(
  { kind, connected, ip }: NodeSubject,
  { discovery, list, isPeers = false }: MenuPlace = {},
): readonly (readonly NodeAction[])[] {
  return [
    [
      ...(!connected ? (['dial'] as const) : isPeers ? [] : (['peer'] as const)),
      ...(list === 'static' ? [] : [kind.static ? ('dropStatic' as const) : ('makeStatic' as const)]),
      ...(list === 'trusted' ? [] : [kind.trusted ? ('dropTrusted' as const) : ('makeTrusted' as const)]),
    ],
    [
      'trace',
      'request',
      'inspect',
      'test',
      'record',
      ...(discovery === undefined ? [] : (['lookup'] as const)),
      ...(discovery === 'v5' ? (['talk'] as const) : []),
    ],
    ['copyEnode', 'copyEnr', 'copyId', ...(ip === null ? [] : (['copyAddress'] as const))],
    [...(connected ? (['disconnect'] as const) : []), 'ban'],
  ];
}

/** The actions on many nodes, and those of the nodes that each applies to; an action that applies to none is left out. */
export function actionsOnMany(
  subjects: readonly NodeSubject[],
): readonly { readonly action: NodeAction; readonly subjects: readonly NodeSubject[] }[] {
  return MANY.map(([action, applies]) => ({ action, subjects: subjects.filter(applies) })).filter(
    (entry) => entry.subjects.length > 0,
  );
}

/** How many nodes an action on many asks the node for, one by one. BOUNDED: the caller refuses too many (`batchRefusal`). */
export function requestsOf(action: NodeAction, subjects: readonly NodeSubject[]): number {
  if (action === 'copyId') return 0;
  if (action !== 'copyEnode' && action !== 'export') return subjects.length;
  return subjects.filter(({ enode }) => enode === null).length;
}

const every = (): boolean => true;
const MANY: readonly (readonly [action: NodeAction, applies: (subject: NodeSubject) => boolean])[] = [
  ['copyEnode', every],
  ['copyId', every],
  ['export', every],
  ['makeStatic', ({ kind }) => !kind.static],
  ['dropStatic', ({ kind }) => kind.static],
  ['makeTrusted', ({ kind }) => !kind.trusted],
  ['dropTrusted', ({ kind }) => kind.trusted],
  ['disconnect', ({ connected }) => connected],
  ['ban', every],
];
