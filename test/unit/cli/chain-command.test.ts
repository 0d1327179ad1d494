import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { ArchiveStore } from '../../../src-main/archive/archive-store.ts';
import type { ToolContext } from '../../../src-main/cli/launch.ts';
import { BLOCK_FILES, blocksOf, writeEre } from '../../support/block-files.ts';
import { folderOfTest } from '../../support/folder-of-test.ts';
import { runToolCommand } from '../../support/tool-commands.ts';

const folder = folderOfTest();

interface Run {
  readonly text: string;
  readonly lines: readonly string[];
}

async function chain(args: readonly string[], context: Partial<ToolContext> = {}): Promise<Run> {
  const lines: string[] = [];
  const place = ['--datadir', folder.path('data'), '--genesis', BLOCK_FILES.testchainGenesis];
  const text = await runToolCommand(['chain', ...args, ...place], {
    say: (line) => void lines.push(line),
    ...context,
  });
  return { text, lines };
}

const badOption = (text: RegExp): unknown =>
  expect.objectContaining({ code: 'bad-option', message: expect.stringMatching(text) as string });

describe('chain import', () => {
  test('adds the blocks of files and prints what the archive has', async () => {
    const { text, lines } = await chain(['import', BLOCK_FILES.testchainRlp, BLOCK_FILES.testchainEre]);
    expect(lines).toEqual([
      `${BLOCK_FILES.testchainRlp}: 601 blocks added`,
      `${BLOCK_FILES.testchainEre}: 0 blocks added, 601 already there, receipts added to 600 blocks`,
    ]);
    expect(text).toContain('Blocks:     0 to 600 (601)\n');
    expect(text).toContain(
      'Head:       0x44e3809c9a3cda717f00aea3a9da336d149612c8d5657fbc0028176ef8d94d2a, 1970-01-01T01:40:00.000Z\n',
    );
    expect(text).toContain('Receipts:   all\n');
    expect((await chain(['info'])).text).toBe(text);
  });

  test('says that an interrupted import can go on', async () => {
    const interrupted = { interruption: () => AbortSignal.abort() };
    const { text, lines } = await chain(['import', BLOCK_FILES.testchainEre], interrupted);
    expect(text).toBe('Interrupted. The same command goes on from here.\n');
    expect(lines).toEqual([`${BLOCK_FILES.testchainEre}: 0 blocks added`]);
  });

  test('names file, block and field of what is invalid', async () => {
    const blocks = (await blocksOf(BLOCK_FILES.testchainEre)).slice(0, 9);
    const path = folder.path('wrong.ere');
    await writeEre(path, 0n, blocks.with(5, { ...blocks[5]!, body: Uint8Array.of(0xc3, 0xc0, 0xc0, 0xc0) }));
    await expect(chain(['import', path])).rejects.toMatchObject({ file: path, block: 5n, code: /archive/ });
    expect((await chain(['info'])).text).toContain('Blocks:     0 to 4 (5)\n');
  });

  test('checks all files before it begins', async () => {
    const missing = folder.path('missing.ere');
    await expect(chain(['import', BLOCK_FILES.testchainEre, missing])).rejects.toEqual(
      badOption(/The file .*missing\.ere does not exist\./),
    );
    expect((await chain(['info'])).text).toBe(`There is no archive in ${folder.path('data', 'chain')}.\n`);
  });

  test('refuses no file, two networks, and a genesis of another network', async () => {
    await expect(chain(['import'])).rejects.toEqual(badOption(/file/));
    await expect(chain(['import', BLOCK_FILES.testchainEre, '--network', 'sepolia'])).rejects.toEqual(
      badOption(/--network and --genesis name different networks/),
    );
    await expect(chain(['import', BLOCK_FILES.smallEra1])).rejects.toThrow(/block 0, hash/);
    await expect(runToolCommand(['chain'])).rejects.toEqual(badOption(/use import or info or verify/));
  });
});

describe('chain verify', () => {
  test('verifies files and stores nothing', async () => {
    const { text } = await chain(['verify', BLOCK_FILES.testchainEre]);
    expect(text).toBe(`${BLOCK_FILES.testchainEre}: 601 valid blocks, blocks 0 to 600, 601 with receipts\n`);
    expect((await chain(['verify', BLOCK_FILES.testchainRlp])).text).toMatch(
      /600 valid blocks, blocks 1 to 600, without receipts/,
    );
    expect((await chain(['info'])).text).toMatch(/^There is no archive/);
  });

  test('without files names the first block that the archive lacks', async () => {
    const place = folder.path('data', 'chain');
    expect((await chain(['verify'])).text).toBe(`There is no archive in ${place}.\n`);
    await chain(['import', BLOCK_FILES.testchainEre]);
    expect((await chain(['verify'])).text).toBe('The archive has all blocks from 0 to 600.\n');
    const store = await ArchiveStore.open(place);
    const blockOf = (number: bigint) => ({
      ...{ number, hash: new Uint8Array(32), totalDifficulty: undefined, time: 0n },
      ...{ header: Uint8Array.of(0xc0), body: Uint8Array.of(0xc0), receipts: undefined },
    });
    for (const number of [3_000n, 5_000n])
      await store.write({ blocks: [blockOf(number)], lateReceipts: [] }, store.state!.genesisHash);
    await store.close();
    await expect(chain(['verify'])).rejects.toMatchObject({
      code: 'database-corrupt',
      message: `The archive in ${place} is damaged, it lacks block 601: delete the folder and import again.`,
    });
  });

  test('says that it was interrupted', async () => {
    const interrupted = { interruption: () => AbortSignal.abort() };
    await chain(['import', BLOCK_FILES.testchainEre]);
    expect((await chain(['verify'], interrupted)).text).toBe('Interrupted.\n');
    expect((await chain(['verify', BLOCK_FILES.testchainEre], interrupted)).text).toBe('Interrupted.\n');
  });
});

describe('chain info', () => {
  test('describes files by their index and first block', async () => {
    const files = [BLOCK_FILES.testchainEre, BLOCK_FILES.testchainRlp, BLOCK_FILES.smallEra1];
    expect((await chain(['info', ...files])).text).toBe(
      [
        `${BLOCK_FILES.testchainEre}: .ere, blocks 0 to 600, receipts, 934 kB`,
        `${BLOCK_FILES.testchainRlp}: export of geth, blocks from 1, no receipts, 458 kB`,
        `${BLOCK_FILES.smallEra1}: .era1, blocks 0 to 64, receipts, 25 kB`,
        '',
      ].join('\n'),
    );
    await writeFile(folder.path('text'), 'no blocks');
    await expect(chain(['info', folder.path('text')])).rejects.toMatchObject({ code: 'archive-malformed' });
  });
});
