import type { TableEntry } from '../../shared/model/table.ts';
import type { ChainView } from '../eth/chain-view.ts';
import type { Node } from '../node-record/node.ts';

/** What a fork filter's verdict is called in the table. */
const FORKS = {
  ok: 'ours',
  'local-incompatible-or-stale': 'other',
  'remote-stale': 'stale',
} as const satisfies Record<string, TableEntry['fork']>;

/** The fork of a node's record against ours; `unknown` where the record says nothing. */
export function forkOf(chain: Pick<ChainView, 'forkFilter'>, node: Node): TableEntry['fork'] {
  const forkId = node.record?.eth;
  return forkId === undefined ? 'unknown' : FORKS[chain.forkFilter(forkId)];
}
