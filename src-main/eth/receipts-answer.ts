/**
 * The answer to GetReceipts, within the limits of a message. Since eth/70 it may begin and end within a block.
 * @see https://eips.ethereum.org/EIPS/eip-7975
 */
import { LIST_PREFIX_LENGTH, MESSAGE_LIMITS, type MessageLimits } from './answer-limits.ts';
import type { EthMessageOf } from './messages.ts';
import { receiptLength, type Receipt } from './receipts.ts';
import { ETH_VERSIONS, type EthVersion, type EthVersionRow } from './versions.ts';

/**
 * Collects the receipts of the requested blocks, in the order of the request, until the answer is full:
 *
 *     for (const hash of hashes) {
 *       if (answer.full) break;
 *       const receipts = find(hash);
 *       if (receipts === undefined) break;
 *       answer.add(receipts);
 *     }
 */
export class ReceiptsAnswer {
  readonly #row: EthVersionRow;
  readonly #limits: MessageLimits;
  /** BOUNDED: items of the limits. */
  readonly #blocks: (readonly Receipt[])[] = [];
  #firstIndex: bigint;
  #bytes = 0;
  #lastIncomplete = false;
  #full = false;

  /** @param firstIndex index of the first receipt that is requested of the first block; 0 before eth/70 */
  constructor(version: EthVersion, firstIndex: bigint, limits: MessageLimits = MESSAGE_LIMITS) {
    this.#row = ETH_VERSIONS[version];
    this.#firstIndex = firstIndex;
    this.#limits = limits;
  }

  /** Whether it takes no further block. */
  get full(): boolean {
    const { items, bytes } = this.#limits;
    return this.#full || this.#blocks.length >= items || this.#bytes >= bytes;
  }

  /** The fields of the answer. */
  get fields(): Pick<EthMessageOf<'Receipts'>, 'blocks' | 'lastIncomplete'> {
    return { blocks: this.#blocks, lastIncomplete: this.#lastIncomplete };
  }

  /**
   * Adds the receipts of the next block, those that fit. A block of which not even the first receipt fits is left out, and
   * before eth/70 each block that does not fit as a whole. Does nothing when the answer is full.
   */
  add(receipts: readonly Receipt[]): void {
    if (this.full) return;
    const wanted = receipts.slice(indexIn(receipts, this.#firstIndex));
    this.#firstIndex = 0n;
    const { count, bytes } = this.#fit(wanted);
    const isComplete = count === wanted.length;
    if (!isComplete) this.#full = true;
    if (!isComplete && (count === 0 || !this.#row.partialReceipts)) return;
    this.#blocks.push(isComplete ? wanted : wanted.slice(0, count));
    this.#bytes += bytes;
    this.#lastIncomplete = !isComplete;
  }

  /** Number of the receipts that fit, and their length with the prefix of their list. */
  #fit(receipts: readonly Receipt[]): { count: number; bytes: number } {
    const room = this.#limits.hardBytes - this.#bytes;
    let bytes = LIST_PREFIX_LENGTH;
    let count = 0;
    for (const receipt of receipts) {
      const length = receiptLength(this.#row.receipts, receipt);
      if (bytes + length > room) break;
      bytes += length;
      count++;
    }
    return { count, bytes };
  }
}

function indexIn(receipts: readonly Receipt[], index: bigint): number {
  return index < BigInt(receipts.length) ? Number(index) : receipts.length;
}
