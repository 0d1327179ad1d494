/** The archive: a chain of verified blocks in LevelDB. */
import { resolve } from 'node:path';
import { Level } from 'level';
import { concatBytes, equalBytes, to0x } from '../base/bytes.ts';
import type { Unsubscribe } from '../base/runtime.ts';
import type { Network } from '../chain/networks.ts';
import { levelCodeOf, reasonOf, unwritable } from '../store/database-opener.ts';
import { findDiskFault } from '../store/disk-fault.ts';
import { StoreError } from '../store/errors.ts';
import { makeWritable } from '../store/writable-folder.ts';
import {
  ARCHIVE_LEVELS,
  decodeState,
  encodeState,
  importedKey,
  keyNumber,
  NUMBER_LENGTH,
  numberKey,
  openValue,
  sealValue,
  STATE_KEY,
  type ArchiveLevelName,
  type ArchiveState,
} from './archive-values.ts';
import type { VerifiedBlock } from './verify-block.ts';

/** Keys and values are bytes. */
const ENCODINGS = { keyEncoding: 'view', valueEncoding: 'view' } as const;

/** Upper bound of what LevelDB counts of an entry besides its value: the key in the database and the checksum, bytes. */
const ENTRY_OVERHEAD = 64;

type ArchiveLevel = Level<Uint8Array, Uint8Array>;

/** A part of a block. */
export type ArchivePart = 'headers' | 'bodies' | 'receipts';

/** Receipts of a block that the archive has without them. */
export interface LateReceipts {
  readonly number: bigint;
  /** RLP in the flat form of eth/69, verified. */
  readonly receipts: Uint8Array;
}

/** A part of blocks in a row. */
export interface PartsInRow {
  /** RLP of the part of each block, up to the first that was not found. */
  readonly values: readonly Uint8Array[];
  /** Size of what was read of the blocks between them, bytes. */
  readonly passed: number;
}

/** One step of an import: blocks that continue the chain, and receipts of blocks that are there. */
export interface ArchiveBatch {
  readonly blocks: readonly VerifiedBlock[];
  readonly lateReceipts: readonly LateReceipts[];
}

interface Write {
  readonly level: ArchiveLevelName;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** An open archive, locked by this process. */
export class ArchiveStore {
  readonly folder: string;
  readonly #level: ArchiveLevel;
  readonly #subLevels: Readonly<Record<ArchiveLevelName, ReturnType<typeof subLevelOf>>>;
  /** BOUNDED: by the sources of this process. */
  readonly #listeners = new Set<() => void>();
  #state: ArchiveState | undefined;

  private constructor(folder: string, level: ArchiveLevel) {
    this.folder = folder;
    this.#level = level;
    const of = (name: ArchiveLevelName): ReturnType<typeof subLevelOf> => subLevelOf(level, name);
    this.#subLevels = {
      meta: of('meta'),
      hashes: of('hashes'),
      numbers: of('numbers'),
      headers: of('headers'),
      bodies: of('bodies'),
      receipts: of('receipts'),
    };
  }

  /**
   * Opens or creates the archive in `folder`.
   * @throws StoreError `folder-in-use`, `newer-schema`, `database-corrupt`, `not-writable`, `not-a-folder`, and faults of the
   *   disk
   */
  static async open(folder: string): Promise<ArchiveStore> {
    makeWritable(folder);
    const level: ArchiveLevel = new Level(folder, ENCODINGS);
    try {
      await level.open();
    } catch (cause) {
      throw await openingError(folder, cause);
    }
    const store = new ArchiveStore(folder, level);
    try {
      const state = await store.#get('meta', STATE_KEY);
      store.#state = state && decodeState(state);
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** What the archive has; undefined while it is empty. */
  get state(): ArchiveState | undefined {
    return this.#state;
  }

  /**
   * What the archive has of a network; undefined while it is empty.
   * @throws StoreError `archive-of-other-network`
   */
  stateFor({ genesisHash }: Pick<Network, 'genesisHash'>): ArchiveState | undefined {
    const its = this.#state?.genesisHash;
    if (its === undefined || equalBytes(its, genesisHash)) return this.#state;
    throw new StoreError(
      'archive-of-other-network',
      `The archive in ${this.folder} is of the network with genesis ${to0x(its)}, not ${to0x(genesisHash)}: choose that network, or another data folder.`,
    );
  }

  /** Calls `listener` after each change of `state`. */
  onChange(listener: () => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Writes a batch: all of it or nothing, also in a crash.
   * @param genesisHash that of the network, for the first batch; 32 bytes
   * @param durability `disk` waits until the disk has it, so that it survives a power failure
   * @throws StoreError with the reason when it is not written
   */
  async write(
    { blocks, lateReceipts }: ArchiveBatch,
    genesisHash: Uint8Array,
    durability: 'system' | 'disk' = 'system',
  ): Promise<void> {
    const state = stateAfter(this.#state, { blocks, lateReceipts }, genesisHash);
    if (state === undefined) return;
    const writes: Write[] = blocks.flatMap(writesOf);
    for (const { number, receipts } of lateReceipts) {
      writes.push({ level: 'receipts', key: numberKey(number), value: receipts });
    }
    writes.push({ level: 'meta', key: STATE_KEY, value: encodeState(state) });
    await this.#put(writes, durability);
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  /**
   * Remembers that the archive has all blocks of a file; waits until the disk has that, and what was written before.
   * BOUNDED: by the files that the operator imports.
   * @throws StoreError with the reason when it is not written
   */
  async rememberImported(path: string): Promise<void> {
    const key = importedKey(resolve(path));
    await this.#put([{ level: 'meta', key, value: new Uint8Array() }], 'disk');
  }

  /** Whether the file at `path` was imported to its end. It may have changed since. @throws StoreError */
  async hasImported(path: string): Promise<boolean> {
    return (await this.#get('meta', importedKey(resolve(path)))) !== undefined;
  }

  /** The number of a block; undefined when it is not in the archive. @throws StoreError */
  async numberOf(hash: Uint8Array): Promise<bigint | undefined> {
    const [number] = await this.numbersOf([hash]);
    return number;
  }

  /** The numbers of blocks; undefined for each that is not in the archive. @throws StoreError */
  async numbersOf(hashes: readonly Uint8Array[]): Promise<readonly (bigint | undefined)[]> {
    const numbers = await this.#getMany('numbers', hashes);
    return numbers.map((number) => number && keyNumber(number));
  }

  /** The hash of a block, 32 bytes; undefined when it is not in the archive. @throws StoreError */
  async hashOf(number: bigint): Promise<Uint8Array | undefined> {
    return await this.#get('hashes', numberKey(number));
  }

  /** RLP of a part of blocks; undefined for each that the archive does not have. @throws StoreError */
  async parts(part: ArchivePart, numbers: readonly bigint[]): Promise<readonly (Uint8Array | undefined)[]> {
    return await this.#getMany(part, numbers.map(numberKey));
  }

  /**
   * RLP of a part of blocks in a row, until one is not found, or their size has reached `bytes`; possibly of fewer blocks.
   * Reads the blocks between them too. BOUNDED: `bytes` and one block are read, whatever their sizes.
   * @param numbers all rising or all falling, of at least one block
   * @throws StoreError
   */
  async partsInRow(part: ArchivePart, numbers: readonly bigint[], bytes: number): Promise<PartsInRow> {
    const entries = await this.#scan(part, numbers, bytes);
    const values: Uint8Array[] = [];
    let [size, passed] = [0, 0];
    for (const [key, sealed] of entries) {
      if (size >= bytes) break;
      const its = key.subarray(key.length - NUMBER_LENGTH);
      if (keyNumber(its) !== numbers[values.length]) {
        passed += sealed.length;
        continue;
      }
      const value = openValue(part, its, sealed);
      values.push(value);
      size += value.length;
    }
    return { values, passed };
  }

  /** Closes the database. */
  async close(): Promise<void> {
    await this.#level.close();
  }

  async #put(writes: readonly Write[], durability: 'system' | 'disk'): Promise<void> {
    try {
      await this.#level.batch(
        writes.map(({ level, key, value }) => ({
          type: 'put' as const,
          sublevel: this.#subLevels[level],
          key,
          value: sealValue(level, key, value),
        })),
        { sync: durability === 'disk' },
      );
    } catch (cause) {
      const fault = await findDiskFault(cause, this.folder);
      throw unwritable(this.folder, fault?.code ?? 'not-writable', fault?.reason ?? reasonOf(cause), cause);
    }
  }

  async #get(level: ArchiveLevelName, key: Uint8Array): Promise<Uint8Array | undefined> {
    const [value] = await this.#getMany(level, [key]);
    return value;
  }

  async #getMany(
    level: ArchiveLevelName,
    keys: readonly Uint8Array[],
  ): Promise<readonly (Uint8Array | undefined)[]> {
    const prefix = this.#prefixOf(level);
    const whole = keysBehind(prefix, keys);
    const read = (): Promise<readonly (Uint8Array | undefined)[]> => this.#level.getMany(whole, ENCODINGS);
    const values = await this.#reading(read);
    return values.map((value, at) => {
      const key = whole[at]?.subarray(prefix.length) ?? STATE_KEY;
      return value && openValue(level, key, value);
    });
  }

  /** The entries from the first to the last number, until they pass `bytes`. */
  async #scan(
    level: ArchiveLevelName,
    numbers: readonly bigint[],
    bytes: number,
  ): Promise<readonly (readonly [Uint8Array, Uint8Array])[]> {
    const [first = 0n, last = first] = [numbers[0], numbers.at(-1)];
    const reverse = last < first;
    const [low, high] = reverse ? [last, first] : [first, last];
    const prefix = this.#prefixOf(level);
    const [gte, lte] = [concatBytes(prefix, numberKey(low)), concatBytes(prefix, numberKey(high))];
    const count = Number(high - low) + 1;
    const highWaterMarkBytes = bytes + count * ENTRY_OVERHEAD;
    return await this.#reading(async () => {
      const range = { gte, lte, reverse, highWaterMarkBytes, fillCache: true };
      const iterator = this.#level.iterator({ ...ENCODINGS, ...range });
      try {
        return await iterator.nextv(count);
      } finally {
        await iterator.close();
      }
    });
  }

  /** What the keys of a sub-level begin with in the database. */
  #prefixOf(level: ArchiveLevelName): Uint8Array {
    return this.#subLevels[level].prefixKey(NO_KEY, 'view', false);
  }

  async #reading<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (cause) {
      const message = `The archive in ${this.folder} cannot be read (${reasonOf(cause)}): check the disk, or delete the folder and import again.`;
      throw new StoreError('database-corrupt', message, { cause });
    }
  }
}

const NO_KEY = new Uint8Array();

/** Puts a prefix before each key. All are views of one buffer: LevelDB's binding takes views of small buffers slowly. */
function keysBehind(prefix: Uint8Array, keys: readonly Uint8Array[]): Uint8Array[] {
  const length = keys.reduce((sum, key) => sum + prefix.length + key.length, 0);
  const buffer = new Uint8Array(length);
  let end = 0;
  return keys.map((key) => {
    const start = end;
    end += prefix.length + key.length;
    buffer.set(prefix, start);
    buffer.set(key, start + prefix.length);
    return buffer.subarray(start, end);
  });
}

function subLevelOf(level: ArchiveLevel, name: ArchiveLevelName) {
  return level.sublevel<Uint8Array, Uint8Array>(ARCHIVE_LEVELS[name], ENCODINGS);
}

/** The state with a batch; undefined for an empty batch. */
function stateAfter(
  before: ArchiveState | undefined,
  { blocks, lateReceipts }: ArchiveBatch,
  genesisHash: Uint8Array,
): ArchiveState | undefined {
  const first = blocks[0];
  const last = blocks.at(-1);
  const bare = blocks.filter(({ receipts }) => receipts === undefined).length - lateReceipts.length;
  if (last !== undefined && first !== undefined) {
    const { number: latest, hash: latestHash, time: latestTime, totalDifficulty } = last;
    return {
      genesisHash: before?.genesisHash ?? genesisHash,
      earliest: before?.earliest ?? first.number,
      ...{ latest, latestHash: latestHash.slice(), latestTime, totalDifficulty },
      withoutReceipts: (before?.withoutReceipts ?? 0n) + BigInt(bare),
    };
  }
  if (lateReceipts.length === 0) return undefined;
  return before && { ...before, withoutReceipts: before.withoutReceipts + BigInt(bare) };
}

function writesOf({ number, hash, header, body, receipts }: VerifiedBlock): Write[] {
  const key = numberKey(number);
  return [
    { level: 'hashes', key, value: hash },
    { level: 'numbers', key: hash, value: key },
    { level: 'headers', key, value: header },
    { level: 'bodies', key, value: body },
    ...(receipts === undefined ? [] : [{ level: 'receipts', key, value: receipts } as const]),
  ];
}

async function openingError(folder: string, cause: unknown): Promise<StoreError> {
  switch (levelCodeOf(cause)) {
    case 'LEVEL_LOCKED':
      return new StoreError('folder-in-use', `Another process uses the archive in ${folder}.`, { cause });
    case 'LEVEL_CORRUPTION':
      return new StoreError(
        'database-corrupt',
        `The archive in ${folder} is damaged (${reasonOf(cause)}): delete the folder and import again.`,
        { cause },
      );
    default: {
      const fault = await findDiskFault(cause, folder);
      const reason = fault?.reason ?? reasonOf(cause);
      return new StoreError(
        fault?.code ?? 'not-writable',
        `The archive in ${folder} cannot be opened (${reason}).`,
        { cause },
      );
    }
  }
}
