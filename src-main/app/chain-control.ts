import type { ChainView } from '../../shared/model/chain.ts';
import { to0x } from '../base/bytes.ts';
import type { CurrentNode } from './running-node.ts';
import type { ServedChain } from './served-chain.ts';

/** What the view reads. */
export interface ChainControlParts {
  readonly served: Pick<ServedChain, 'source' | 'view' | 'headTime' | 'cache'>;
  readonly current: CurrentNode;
}

/** The served chain for the API. */
export class ChainController {
  readonly #parts: ChainControlParts;

  constructor(parts: ChainControlParts) {
    this.#parts = parts;
  }

  view(): ChainView {
    const { served, current } = this.#parts;
    const { earliest, latest, latestHash } = served.source.range();
    const headTime = served.headTime();
    return {
      source: served.view(),
      range: { earliest: String(earliest), latest: String(latest), latestHash: to0x(latestHash) },
      headTime: headTime === undefined ? null : Number(headTime) * 1_000,
      served: current.node?.served() ?? [],
      cache: served.cache() ?? null,
      transactions: current.node?.relayed() ?? null,
    };
  }
}
