import type { ChainView } from '../../shared/model/chain.ts';

/** What a node without a source serves. */
export function chainViewOf(change: Partial<ChainView> = {}): ChainView {
  const range = { earliest: '0', latest: '0', latestHash: `0x${'0'.repeat(64)}` };
  return {
    ...{ source: { kind: 'none' }, range, headTime: null, served: [], cache: null, transactions: null },
    ...change,
  };
}
