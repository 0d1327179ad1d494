import type { Random } from '../base/runtime.ts';
import type { ChainStatus } from '../eth/chain-source.ts';
import { decodeHeader } from '../eth/headers.ts';
import type { HeaderQuery } from '../eth/messages.ts';
import type { EthSession } from '../eth/session.ts';

/** Headers of a request, at most: as many as clients request. */
const MAX_HEADERS = 192;
/** Blocks of a request for bodies or receipts, at most. */
const MAX_BLOCKS = 32;
/** One request for headers of this many leaves blocks out, as clients that look for a common ancestor do. */
const SKIPPING_SHARE = 4;
/** Most blocks between two headers of such a request. */
const MAX_SKIP = 15;

type Step = 'headers' | 'bodies' | 'receipts';

/** The requests of a node that synchronises: headers, then the bodies and the receipts of their blocks, and so on. */
export class Synchronisation {
  readonly #eth: Pick<EthSession, 'ask'>;
  readonly #chain: Pick<ChainStatus, 'range'>;
  readonly #random: Random;
  #step: Step = 'headers';
  /** Hashes of the last headers. BOUNDED: MAX_BLOCKS. */
  #hashes: readonly Uint8Array[] = [];
  #isAsking = false;

  constructor(eth: Pick<EthSession, 'ask'>, chain: Pick<ChainStatus, 'range'>, random: Random) {
    this.#eth = eth;
    this.#chain = chain;
    this.#random = random;
  }

  /** Sends the next request, unless the last one has no answer yet. */
  next(): void {
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#ask(this.#step).then(
      (step) => {
        this.#isAsking = false;
        this.#step = step;
      },
      () => {
        // The session handles a missing answer.
        this.#isAsking = false;
        this.#step = 'headers';
      },
    );
  }

  /** @returns what to request next */
  async #ask(step: Step): Promise<Step> {
    switch (step) {
      case 'headers': {
        const { headers } = await this.#eth.ask({ name: 'GetBlockHeaders', query: this.#query() });
        this.#hashes = headers.slice(0, MAX_BLOCKS).map((header) => decodeHeader(header).hash);
        return this.#hashes.length === 0 ? 'headers' : 'bodies';
      }
      case 'bodies':
        await this.#eth.ask({ name: 'GetBlockBodies', hashes: this.#hashes });
        return 'receipts';
      case 'receipts':
        await this.#eth.ask({ name: 'GetReceipts', firstIndex: 0n, hashes: this.#hashes });
        return 'headers';
    }
  }

  /** Headers from any block on, up to its head or down from it. */
  #query(): HeaderQuery {
    const { earliest, latest } = this.#chain.range();
    const blocks = Number(latest - earliest) + 1;
    const place = this.#random.below(blocks);
    const reverse = this.#random.below(2) === 0;
    const limit = BigInt(1 + this.#random.below(MAX_HEADERS));
    const skip = this.#random.below(SKIPPING_SHARE) === 0 ? BigInt(1 + this.#random.below(MAX_SKIP)) : 0n;
    return { start: { number: earliest + BigInt(place) }, limit, skip, reverse };
  }
}
