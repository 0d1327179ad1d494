import { readdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { Level } from 'level';
import { ArchiveStore } from '../../../src-main/archive/archive-store.ts';
import { numberKey, sealValue, STATE_KEY } from '../../../src-main/archive/archive-values.ts';
import { concatBytes } from '../../../src-main/base/bytes.ts';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import type { VerifiedBlock } from '../../../src-main/archive/verify-block.ts';
import { bytesIterated } from '../../support/bytes-iterated.ts';
import { folderOfTest } from '../../support/folder-of-test.ts';

const folder = folderOfTest();
const genesisHash = new Uint8Array(32).fill(9);

function blockOf(number: number, receipts = true): VerifiedBlock {
  return {
    number: BigInt(number),
    hash: new Uint8Array(32).fill(number + 1),
    totalDifficulty: 5n,
    time: BigInt(number * 10),
    header: encodeRlp([`header ${String(number)}`]),
    body: encodeRlp([`body ${String(number)}`]),
    receipts: receipts ? encodeRlp([`receipts ${String(number)}`]) : undefined,
  };
}

async function open(): Promise<ArchiveStore> {
  const store = await ArchiveStore.open(folder.path('chain'));
  folder.atEnd(() => store.close());
  return store;
}

const write = (store: ArchiveStore, ...blocks: VerifiedBlock[]): Promise<void> =>
  store.write({ blocks, lateReceipts: [] }, genesisHash);

describe('the archive', () => {
  test('is empty at first', async () => {
    const store = await open();
    expect(store.state).toBeUndefined();
    expect(await store.hashOf(0n)).toBeUndefined();
  });

  test('gives back what was written, also after it was opened anew', async () => {
    const store = await open();
    await write(store, blockOf(3), blockOf(4, false));
    await store.close();
    const again = await open();
    expect(again.state).toEqual({
      genesisHash,
      earliest: 3n,
      latest: 4n,
      latestHash: blockOf(4).hash,
      latestTime: 40n,
      totalDifficulty: 5n,
      withoutReceipts: 1n,
    });
    expect(await again.numbersOf([blockOf(4).hash, genesisHash, blockOf(3).hash])).toEqual([
      4n,
      undefined,
      3n,
    ]);
    expect(await again.hashOf(3n)).toEqual(blockOf(3).hash);
    expect(await again.parts('headers', [3n, 4n, 5n])).toEqual([
      blockOf(3).header,
      blockOf(4).header,
      undefined,
    ]);
    expect(await again.parts('bodies', [4n])).toEqual([blockOf(4).body]);
    expect(await again.parts('receipts', [3n, 4n])).toEqual([blockOf(3).receipts, undefined]);
  });

  describe('gives a part of blocks in a row', () => {
    const bodyOf = (number: number): Uint8Array => encodeRlp(new Uint8Array(1_000).fill(number));
    const stored = async (): Promise<ArchiveStore> => {
      const store = await open();
      const receiptsOf = (number: number): Uint8Array | undefined =>
        number === 4 ? undefined : bodyOf(number);
      const blocks = [1, 2, 3, 4, 5, 6].map((number) => ({
        ...blockOf(number),
        body: bodyOf(number),
        receipts: receiptsOf(number),
      }));
      await write(store, ...blocks);
      return store;
    };

    test.each([
      ['rising', [1n, 2n, 3n]],
      ['falling', [6n, 5n, 4n]],
      ['that rise and leave out some', [1n, 2n, 5n, 6n]],
      ['that fall and leave out some', [6n, 3n, 1n]],
      ['of one block', [4n]],
    ])('%s', async (_, numbers) => {
      const store = await stored();
      const expected = numbers.map((number) => bodyOf(Number(number)));
      expect((await store.partsInRow('bodies', numbers, 1_000_000)).values).toEqual(expected);
    });

    test('until their size has reached the limit', async () => {
      const store = await stored();
      const { length } = bodyOf(1);
      const count = async (bytes: number): Promise<number> =>
        (await store.partsInRow('bodies', [1n, 2n, 3n, 4n, 5n, 6n], bytes)).values.length;
      expect(await count(1)).toBe(1);
      expect(await count(length)).toBe(1);
      expect(await count(length + 1)).toBe(2);
      expect(await count(5 * length + 1)).toBe(6);
    });

    test('and reads no more than the limit and one block', async () => {
      const store = await stored();
      const { length } = bodyOf(1);
      const read = await bytesIterated(() =>
        store.partsInRow('bodies', [1n, 2n, 3n, 4n, 5n, 6n], length + 1),
      );
      expect(read).toBeGreaterThan(length);
      expect(read).toBeLessThan(3 * length);
    });

    test('and says how much it read of the blocks between', async () => {
      const store = await stored();
      const passed = async (numbers: readonly bigint[]): Promise<number> =>
        (await store.partsInRow('bodies', numbers, 1_000_000)).passed;
      expect(await passed([1n, 2n, 3n])).toBe(0);
      expect(await passed([1n, 4n, 5n])).toBeGreaterThanOrEqual(2 * bodyOf(1).length);
      expect(await passed([6n, 4n])).toBeLessThan(1.1 * bodyOf(1).length);
    });

    test('until one is missing', async () => {
      const store = await stored();
      const upTo = async (numbers: readonly bigint[]): Promise<readonly Uint8Array[]> =>
        (await store.partsInRow('receipts', numbers, 1_000_000)).values;
      expect(await upTo([2n, 3n, 4n, 5n])).toEqual([bodyOf(2), bodyOf(3)]);
      expect(await upTo([6n, 5n, 4n, 3n])).toEqual([bodyOf(6), bodyOf(5)]);
      expect(await upTo([4n, 5n])).toEqual([]);
      expect(await upTo([6n, 7n, 8n])).toEqual([bodyOf(6)]);
    });

    test('but none whose checksum is that of another block', async () => {
      const path = folder.path('chain');
      await (await stored()).close();
      const level = new Level<Uint8Array, Uint8Array>(path, { keyEncoding: 'view', valueEncoding: 'view' });
      const sealed = sealValue('bodies', numberKey(2n), bodyOf(2));
      await level
        .sublevel<Uint8Array, Uint8Array>('bodies', { keyEncoding: 'view', valueEncoding: 'view' })
        .put(numberKey(3n), sealed);
      await level.close();
      const store = await open();
      expect((await store.partsInRow('bodies', [1n, 2n], 1_000_000)).values).toHaveLength(2);
      await expect(store.partsInRow('bodies', [1n, 2n, 3n], 1_000_000)).rejects.toMatchObject({
        code: 'database-corrupt',
      });
    });
  });

  test('takes receipts of blocks that had none', async () => {
    const store = await open();
    await write(store, blockOf(1, false), blockOf(2, false));
    const receipts = encodeRlp(['late']);
    await store.write({ blocks: [], lateReceipts: [{ number: 1n, receipts }] }, genesisHash);
    expect(store.state?.withoutReceipts).toBe(1n);
    expect(await store.parts('receipts', [1n, 2n])).toEqual([receipts, undefined]);
  });

  test('tells its listeners of a change until they unsubscribe', async () => {
    const store = await open();
    let changes = 0;
    const unsubscribe = store.onChange(() => changes++);
    await write(store, blockOf(0));
    await store.write({ blocks: [], lateReceipts: [] }, genesisHash);
    unsubscribe();
    await write(store, blockOf(1));
    expect(changes).toBe(1);
  });

  test('belongs to the network of its first block', async () => {
    const store = await open();
    await write(store, blockOf(0));
    expect(store.stateFor({ genesisHash })).toBe(store.state);
    expect(() => store.stateFor({ genesisHash: new Uint8Array(32) })).toThrow(
      expect.objectContaining({ code: 'archive-of-other-network' }),
    );
  });

  test('refuses a second process', async () => {
    await open();
    await expect(ArchiveStore.open(folder.path('chain'))).rejects.toMatchObject({
      code: 'folder-in-use',
      message: `Another process uses the archive in ${folder.path('chain')}.`,
    });
  });

  test('refuses a layout that it does not know', async () => {
    const level = new Level<Uint8Array, Uint8Array>(folder.path('chain'), {
      keyEncoding: 'view',
      valueEncoding: 'view',
    });
    const newer = encodeRlp([2, genesisHash]);
    await level
      .sublevel<Uint8Array, Uint8Array>('meta', { keyEncoding: 'view', valueEncoding: 'view' })
      .put(STATE_KEY, sealValue('meta', STATE_KEY, newer));
    await level.close();
    await expect(ArchiveStore.open(folder.path('chain'))).rejects.toMatchObject({ code: 'newer-schema' });
  });

  test('never gives a value that was damaged on disk', async () => {
    // LevelDB compresses what repeats.
    const noise = concatBytes(...Array.from({ length: 20 }, (_, at) => keccak256(Uint8Array.of(at))));
    const store = await open();
    await write(store, { ...blockOf(0), header: noise });
    await store.close();
    await (await ArchiveStore.open(folder.path('chain'))).close();
    let damaged = 0;
    for (const name of await readdir(folder.path('chain'))) {
      const path = folder.path('chain', name);
      const bytes = await readFile(path);
      const at = bytes.indexOf(noise.subarray(300, 320));
      if (at < 0) continue;
      bytes[at + 10] = (bytes[at + 10] ?? 0) ^ 1;
      await writeFile(path, bytes);
      damaged++;
    }
    expect(damaged).toBeGreaterThan(0);
    const read = async (): Promise<unknown> => {
      const opened = await open();
      return await opened.parts('headers', [0n]);
    };
    await expect(read()).rejects.toMatchObject({ code: 'database-corrupt' });
  });
});
