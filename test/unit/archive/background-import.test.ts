import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { ArchiveStore } from '../../../src-main/archive/archive-store.ts';
import { BackgroundImport } from '../../../src-main/archive/background-import.ts';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import type { Logger } from '../../../src-main/base/runtime.ts';
import type { Network } from '../../../src-main/chain/networks.ts';
import { BLOCK_FILES, testchain } from '../../support/block-files.ts';
import { eventually } from '../../support/eventually.ts';
import { folderOfTest } from '../../support/folder-of-test.ts';
import { silentLogger } from '../../support/silent-logger.ts';

const folder = folderOfTest();
let network: Network;
beforeAll(async () => {
  network = await testchain();
});

async function importOf(file: string | readonly string[], logger = silentLogger) {
  const files = [file].flat();
  const store = await ArchiveStore.open(folder.path('chain'));
  folder.atEnd(() => store.close());
  const running = new BackgroundImport({ files, store, network, clock: systemClock, logger });
  folder.atEnd(() => running.stop());
  const end = (state: 'done' | 'failed') =>
    eventually(state, async () => (running.view().state === state ? running.view() : undefined));
  return { store, running, end };
}

describe('an import in the background', () => {
  test('reads the files in order, and counts the blocks that it added', async () => {
    const { store, running, end } = await importOf([BLOCK_FILES.testchainRlp, BLOCK_FILES.testchainEre]);
    expect(running.view()).toMatchObject({
      state: 'running',
      place: 1,
      files: 2,
      file: 'chain.rlp',
      blocks: '0',
    });
    expect(store.state).toBeUndefined();
    running.start();
    running.start();
    const view = await end('done');
    expect(view).toMatchObject({ file: 'testchain-noproofs.ere', place: 2, blocks: '601', failure: null });
    expect(view.bytesRead).toBe(view.bytes);
    expect(store.state).toMatchObject({ latest: 600n, withoutReceipts: 0n });
    running.start();
    expect(running.view().state).toBe('done');
  });

  test('that fails says where, keeps the blocks before, and begins again', async () => {
    const file = folder.path('blocks.rlp');
    await writeFile(file, Uint8Array.of(0xc1, 0xc0, 0xff));
    const { store, running, end } = await importOf([BLOCK_FILES.testchainRlp, file]);
    running.start();
    const { failure, place, blocks } = await end('failed');
    expect({ place, blocks }).toEqual({ place: 2, blocks: '601' });
    expect(failure).toMatchObject({
      code: 'archive-malformed',
      message: expect.stringContaining(file) as unknown,
    });
    expect(store.state?.latest).toBe(600n);
    await writeFile(file, await readFile(BLOCK_FILES.testchainRlp));
    running.start();
    expect((await end('done')).failure).toBeNull();
  });

  test('of a file that has gone names it', async () => {
    const { running, end } = await importOf(folder.path('none.rlp'));
    running.start();
    expect((await end('failed')).failure?.message).toBe(
      `${folder.path('none.rlp')}: it does not exist, and its import was not finished: put it back, or remove it from “Files to import”.`,
    );
  });

  test('skips files that were deleted after they had been imported', async () => {
    const file = folder.path('chain.rlp');
    await copyFile(BLOCK_FILES.testchainRlp, file);
    const first = await importOf(file);
    first.running.start();
    await first.end('done');
    await first.store.close();
    await rm(file);
    const lines: unknown[] = [];
    const logger: Logger = { ...silentLogger, info: (...line) => void lines.push(line) };
    const second = await importOf([file, BLOCK_FILES.testchainEre], logger);
    second.running.start();
    expect(await second.end('done')).toMatchObject({ file: 'testchain-noproofs.ere', failure: null });
    expect(lines[0]).toEqual(['a missing file is skipped: it was imported earlier', { file }]);
    expect(second.store.state?.withoutReceipts).toBe(0n);
  });

  test('does not skip a deleted file whose import was interrupted', async () => {
    const file = folder.path('chain.rlp');
    await copyFile(BLOCK_FILES.testchainRlp, file);
    const first = await importOf(file);
    first.running.start();
    await first.running.stop();
    await first.store.close();
    await rm(file);
    const second = await importOf(file);
    second.running.start();
    expect((await second.end('failed')).failure?.message).toContain(`${file}: it does not exist, and its`);
  });

  test('ends at a stop, and the next one goes on from there', async () => {
    const first = await importOf(BLOCK_FILES.testchainRlp);
    first.running.start();
    await first.running.stop();
    await first.store.close();
    expect(first.running.view().state).toBe('running');
    const second = await importOf(BLOCK_FILES.testchainRlp);
    second.running.start();
    await second.end('done');
    expect(second.store.state?.latest).toBe(600n);
  });
});
