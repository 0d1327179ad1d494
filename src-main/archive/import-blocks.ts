/** Imports the blocks of a file into an archive, and verifies files without storing them. */
import { equalBytes, to0x } from '../base/bytes.ts';
import { encodeRlp } from '../base/rlp.ts';
import type { Clock } from '../base/runtime.ts';
import { Slices } from '../base/slices.ts';
import type { Network } from '../chain/networks.ts';
import { decodeHeader, type BlockHeader } from '../eth/headers.ts';
import type { ArchiveStore, LateReceipts } from './archive-store.ts';
import { ArchiveError, missingBlock, type ArchivePlace } from './errors.ts';
import type { BlockFile, FileBlock } from './file-block.ts';
import { headerOf, verifyBlock, verifyReceipts, type ChainEnd, type VerifiedBlock } from './verify-block.ts';

/** BOUNDED: blocks and bytes of a batch, our choice. */
const BATCH_BLOCKS = 1_024;
const BATCH_BYTES = 4 * 1024 * 1024;

/** How far a file is. */
export interface ImportProgress {
  readonly file: string;
  /** The last block that was read. */
  readonly block: bigint;
  /** Blocks read of the file. */
  readonly blocks: number;
  /** From 0 to 1. */
  readonly fraction: number;
}

/** What both tasks use. */
export interface ImportContext {
  readonly network: Network;
  readonly clock: Clock;
  /** Ends the task after the block in work. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImportProgress) => void;
}

/** The result of an import. */
export interface ImportResult {
  /** Blocks that were added. */
  readonly added: number;
  /** Blocks that were in the archive before. */
  readonly known: number;
  /** Known blocks whose receipts were added. */
  readonly withReceipts: number;
  readonly isInterrupted: boolean;
}

/** The result of a verification. */
export interface VerifyResult {
  /** Number of the first block; undefined where the task was interrupted before it. */
  readonly first: bigint | undefined;
  readonly end: ChainEnd | undefined;
  readonly blocks: number;
  /** Blocks whose receipts were verified. */
  readonly withReceipts: number;
  readonly isInterrupted: boolean;
}

/**
 * Adds the blocks of a file that continue the archive. Blocks that the archive has are compared by hash, and get their
 * receipts if they had none. Batches are atomic: an error, a crash or an interruption leaves all blocks before it, and the
 * same import goes on from there. A block whose hash the next one does not name is not added either, because one of the two is
 * damaged; nothing proves all fields of the last header of a file. The archive remembers a file that was read to its end.
 * @throws ArchiveError naming file, block and field; FileError; StoreError, `archive-of-other-network` among others
 */
export async function importBlocks(
  file: BlockFile,
  store: ArchiveStore,
  context: ImportContext,
): Promise<ImportResult> {
  const task = new Import(store, context.network);
  // An indexed file is read from the last known block; blocks without receipts may get them from any block of it.
  const { state } = store;
  const from = state === undefined || state.withoutReceipts > 0n ? undefined : state.latest;
  const last = file.index?.last;
  const start = from !== undefined && last !== undefined && last < from ? last : from;
  const isInterrupted = await eachBlock(file, start, context, (block, header) =>
    task.add(block, header),
  ).catch(async (error: unknown) => {
    if (isBrokenLink(error)) task.dropLast();
    await task.flush();
    throw error;
  });
  await task.flush('disk');
  if (!isInterrupted) await store.rememberImported(file.path);
  return { ...task.counts, isInterrupted };
}

/**
 * Verifies the blocks of a file, as an import does, and stores nothing.
 * @param parent the end of the file before it; undefined for the first file
 * @throws ArchiveError naming file, block and field; FileError
 */
export async function verifyBlocks(
  file: BlockFile,
  parent: ChainEnd | undefined,
  context: ImportContext,
): Promise<VerifyResult> {
  let end = parent;
  let first: bigint | undefined;
  let blocks = 0;
  let withReceipts = 0;
  const isInterrupted = await eachBlock(file, undefined, context, (block, header) => {
    const before = end ?? beginning(block.file, header, context.network);
    const verified = verifyBlock(block, header, before);
    first ??= verified.number;
    blocks++;
    if (verified.receipts !== undefined) withReceipts++;
    const { number, hash, totalDifficulty } = verified;
    end = { number, hash, totalDifficulty };
    return undefined;
  });
  return { first, end, blocks, withReceipts, isInterrupted };
}

/** @returns whether it was interrupted */
async function eachBlock(
  file: BlockFile,
  from: bigint | undefined,
  { clock, signal, onProgress }: ImportContext,
  use: (block: FileBlock, header: BlockHeader) => Promise<void> | undefined,
): Promise<boolean> {
  const slices = new Slices(clock);
  let blocks = 0;
  for await (const block of file.blocks(from)) {
    if (signal.aborted) return true;
    const header = headerOf(block);
    assertIndexed(file, block, header, from, blocks);
    const pending = use(block, header);
    if (pending !== undefined) await pending;
    blocks++;
    onProgress({ file: file.path, block: header.number, blocks, fraction: block.fraction });
    await slices.next();
  }
  return false;
}

/** Asserts that the blocks are those that the index of the file names. */
function assertIndexed(
  { index }: BlockFile,
  { file }: FileBlock,
  { number }: BlockHeader,
  from: bigint | undefined,
  before: number,
): void {
  if (index === undefined) return;
  const start = from !== undefined && from > index.first ? from : index.first;
  const expected = start + BigInt(before);
  if (number === expected) return;
  const reason = `the index of the file says that it is block ${String(expected)}`;
  throw new ArchiveError('archive-invalid-block', { file, block: number, field: 'number' }, reason);
}

/**
 * Checks the first block of a chain: block 0 must be the genesis block, block 1 its child. A chain that begins later cannot be checked.
 * @returns the genesis block for a chain that begins with block 1, else undefined
 * @throws ArchiveError `archive-other-chain`
 */
function beginning(file: string, header: BlockHeader, network: Network): VerifiedBlock | undefined {
  const { number, hash, parentHash } = header;
  if (number === 0n) expectGenesis({ file, block: number, field: 'hash' }, hash, network);
  if (number !== 1n) return undefined;
  expectGenesis({ file, block: number, field: 'parent hash' }, parentHash, network);
  return genesisBlock(network);
}

/** @throws ArchiveError `archive-other-chain` */
function expectGenesis(
  place: ArchivePlace,
  stated: Uint8Array,
  { name, genesisHash }: Pick<Network, 'name' | 'genesisHash'>,
): void {
  if (equalBytes(stated, genesisHash)) return;
  const reason = `it is ${to0x(stated)}, but the genesis block of ${name} is ${to0x(genesisHash)}`;
  const advice = 'Choose the network of the file with “Network” or “Genesis file”';
  throw new ArchiveError('archive-other-chain', place, `${reason}. ${advice}`);
}

function genesisBlock({ name, genesisHeaderRlp, genesisHash }: Network): VerifiedBlock {
  const file = `genesis of ${name}`;
  const header = decodeHeader(genesisHeaderRlp);
  const genesis: FileBlock = {
    ...{ file, header: genesisHeaderRlp, fraction: 0, totalDifficulty: undefined },
    body: encodeRlp(header.withdrawalsRoot === undefined ? [[], []] : [[], [], []]),
    receipts: { form: 'flat', encoded: encodeRlp([]) },
  };
  return { ...verifyBlock(genesis, header, undefined), hash: genesisHash };
}

/** Whether one of two blocks is damaged: nothing but the block after it proves each field of a header. */
function isBrokenLink(error: unknown): boolean {
  return error instanceof ArchiveError && error.field === 'parent hash';
}

/** One import: collects batches and writes them. */
class Import {
  readonly #store: ArchiveStore;
  readonly #network: Network;
  #blocks: VerifiedBlock[] = [];
  #late: LateReceipts[] = [];
  #bytes = 0;
  #added = 0;
  #known = 0;
  #withReceipts = 0;
  #end: ChainEnd | undefined;

  constructor(store: ArchiveStore, network: Network) {
    this.#store = store;
    this.#network = network;
    const state = store.stateFor(network);
    this.#end = state && {
      number: state.latest,
      hash: state.latestHash,
      totalDifficulty: state.totalDifficulty,
    };
  }

  get counts(): Pick<ImportResult, 'added' | 'known' | 'withReceipts'> {
    return { added: this.#added, known: this.#known, withReceipts: this.#withReceipts };
  }

  async add(block: FileBlock, header: BlockHeader): Promise<void> {
    const { state } = this.#store;
    const { file } = block;
    if (state !== undefined && header.number < state.earliest) {
      const reason = `the archive begins with block ${String(state.earliest)}, and earlier blocks cannot be added`;
      throw new ArchiveError('archive-other-chain', { file, block: header.number, field: 'number' }, reason);
    }
    if (state !== undefined && header.number <= state.latest) {
      await this.#compare(block, header);
    } else {
      this.#append(block, header);
    }
    if (this.#blocks.length + this.#late.length >= BATCH_BLOCKS || this.#bytes >= BATCH_BYTES) {
      const last = this.#blocks.pop();
      await this.flush();
      if (last !== undefined) this.#collect(last);
    }
  }

  /** Drops the last block, which is not written yet. */
  dropLast(): void {
    this.#blocks.pop();
  }

  /** Writes what was collected. @throws StoreError */
  async flush(durability: 'system' | 'disk' = 'system'): Promise<void> {
    const batch = { blocks: this.#blocks, lateReceipts: this.#late };
    this.#blocks = [];
    this.#late = [];
    this.#bytes = 0;
    await this.#store.write(batch, this.#network.genesisHash, durability);
    this.#added += batch.blocks.length;
    this.#withReceipts += batch.lateReceipts.length;
  }

  #append(block: FileBlock, header: BlockHeader): void {
    const genesis = this.#end === undefined ? beginning(block.file, header, this.#network) : undefined;
    const gap = this.#end === undefined ? 0n : header.number - this.#end.number - 1n;
    if (gap > 0n) {
      const last = String(this.#end?.number ?? 0n);
      const reason = `the archive ends with block ${last}: import the blocks between them first`;
      const place = { file: block.file, block: header.number, field: 'number' };
      throw new ArchiveError('archive-other-chain', place, reason);
    }
    const verified = verifyBlock(block, header, this.#end ?? genesis);
    if (genesis !== undefined) this.#collect(genesis);
    this.#collect(verified);
  }

  #collect(block: VerifiedBlock): void {
    this.#blocks.push(block);
    this.#bytes += block.header.length + block.body.length + (block.receipts?.length ?? 0);
    this.#end = block;
  }

  /** A block that the archive has must be the same; its receipts may be new. */
  async #compare({ file, receipts }: FileBlock, header: BlockHeader): Promise<void> {
    const { number, hash } = header;
    const known = await this.#store.hashOf(number);
    if (known === undefined) throw missingBlock(this.#store.folder, number);
    if (!equalBytes(known, hash)) {
      const reason = `it is ${to0x(hash)}, but the archive has ${to0x(known)}`;
      throw new ArchiveError('archive-other-chain', { file, block: number, field: 'hash' }, reason);
    }
    this.#known++;
    if (receipts === undefined || this.#store.state?.withoutReceipts === 0n) return;
    const [present] = await this.#store.parts('receipts', [number]);
    if (present !== undefined) return;
    const verified = verifyReceipts(file, header, receipts);
    this.#late.push({ number, receipts: verified });
    this.#bytes += verified.length;
  }
}
