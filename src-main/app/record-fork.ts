import type { TableEntry } from '../../shared/model/table.ts';
import type { ChainStatus } from '../eth/chain-source.ts';
import type { Node } from '../node-record/node.ts';

/** The table's name of each result of the fork filter. */
const FORKS = {
  ok: 'ours',
  'local-incompatible-or-stale': 'other',
  'remote-stale': 'stale',
} as const satisfies Record<string, TableEntry['fork']>;

/** Compares the fork ID of a node's record with our chain; `unknown` for a record without one. */
export function forkOf(chain: Pick<ChainStatus, 'forkFilter'>, node: Node): TableEntry['fork'] {
  const forkId = node.record?.eth;
  return forkId === undefined ? 'unknown' : FORKS[chain.forkFilter(forkId)];
}
