/**
 * The answer to GetReceipts, within the limits of a message. Since eth/70 it may begin and end within a block.
 * @see https://eips.ethereum.org/EIPS/eip-7975
 */
import { LIST_PREFIX_LENGTH, MESSAGE_LIMITS, type MessageLimits } from './answer-limits.ts';
import type { EthMessageOf } from './messages.ts';
import { FlatReceipts, receiptLength, receiptsIn, type BlockReceipts, type Receipt } from './receipts.ts';
import { ETH_VERSIONS, type EthVersion, type EthVersionRow } from './versions.ts';

/** The receipts of a block that fit into an answer. */
interface Fitting {
  readonly block: BlockReceipts;
  /** Their length with the prefix of their list. */
  readonly bytes: number;
  readonly isEmpty: boolean;
  /** Whether they are all that is wanted of the block. */
  readonly isComplete: boolean;
}

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
  readonly #blocks: BlockReceipts[] = [];
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

  /** Bytes with which it is full; above 0 until it is. */
  get room(): number {
    return this.#limits.bytes - this.#bytes;
  }

  /** The fields of the answer. */
  get fields(): Pick<EthMessageOf<'Receipts'>, 'blocks' | 'lastIncomplete'> {
    return { blocks: this.#blocks, lastIncomplete: this.#lastIncomplete };
  }

  /**
   * Adds the receipts of the next block, those that fit. A block of which not even the first receipt fits is left out, and
   * before eth/70 each block that does not fit as a whole. Does nothing when the answer is full.
   */
  add(receipts: BlockReceipts): void {
    if (this.full) return;
    const index = this.#firstIndex;
    this.#firstIndex = 0n;
    const keepsForm = receipts instanceof FlatReceipts && this.#row.receipts === 'flat';
    this.#addFitting(
      keepsForm ? this.#fittingFlat(receipts, index) : this.#fitting(receiptsIn(receipts), index),
    );
  }

  #addFitting({ block, bytes, isEmpty, isComplete }: Fitting): void {
    if (!isComplete) this.#full = true;
    if (!isComplete && (isEmpty || !this.#row.partialReceipts)) return;
    this.#blocks.push(block);
    this.#bytes += bytes;
    this.#lastIncomplete = !isComplete;
  }

  #fitting(receipts: readonly Receipt[], index: bigint): Fitting {
    const wanted = receipts.slice(indexIn(receipts, index));
    const room = this.#limits.hardBytes - this.#bytes;
    let bytes = LIST_PREFIX_LENGTH;
    let count = 0;
    for (const receipt of wanted) {
      const length = receiptLength(this.#row.receipts, receipt);
      if (bytes + length > room) break;
      bytes += length;
      count++;
    }
    const isComplete = count === wanted.length;
    return { block: isComplete ? wanted : wanted.slice(0, count), bytes, isEmpty: count === 0, isComplete };
  }

  #fittingFlat(receipts: FlatReceipts, index: bigint): Fitting {
    const wanted = receipts.from(index);
    const block = wanted.within(this.#limits.hardBytes - this.#bytes - LIST_PREFIX_LENGTH);
    const { length } = block.items;
    const isComplete = length === wanted.items.length;
    return { block, bytes: LIST_PREFIX_LENGTH + length, isEmpty: length === 0, isComplete };
  }
}

function indexIn(receipts: readonly Receipt[], index: bigint): number {
  return index < BigInt(receipts.length) ? Number(index) : receipts.length;
}
