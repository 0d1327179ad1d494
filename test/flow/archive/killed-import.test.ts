import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ArchiveStore } from '../../../src-main/archive/archive-store.ts';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import { NETWORKS } from '../../../src-main/chain/networks.ts';
import { decodeHeader } from '../../../src-main/eth/headers.ts';
import { bundleProgram } from '../../support/bundle.ts';
import { Child } from '../../support/child.ts';
import { writeEmptyBlocks } from '../../support/generated-chain.ts';

const BLOCKS = 10_000;

/** Inside the project, so that the built program finds its packages. */
const OUT = join(import.meta.dirname, '../../../node_modules/.cache/enodeck-archive-writer');
const DATA = join(OUT, `data-${String(process.pid)}`);
const FILE = join(DATA, 'blocks.rlp');

let program: string;

beforeAll(async () => {
  await mkdir(DATA, { recursive: true });
  program = await bundleProgram(join(import.meta.dirname, '../../support/archive-writer.ts'), OUT);
  await writeEmptyBlocks(FILE, NETWORKS.mainnet, BLOCKS);
});
afterAll(() => rm(DATA, { recursive: true, force: true }));

/** The last block of the archive. Every block up to it must be there and belong to its parent, and no later one. */
async function checkedEnd(folder: string): Promise<number> {
  const store = await ArchiveStore.open(folder);
  try {
    const { earliest, latest, latestHash } = store.state!;
    expect(earliest).toBe(0n);
    let parent: Uint8Array | undefined;
    for (let number = 0n; number <= latest; number++) {
      const [encoded] = await store.parts('headers', [number]);
      const header = decodeHeader(encoded!);
      expect(header.number).toBe(number);
      if (parent !== undefined) expect(Buffer.compare(header.parentHash, parent)).toBe(0);
      parent = keccak256(encoded!);
      expect(await store.numberOf(parent)).toBe(number);
      expect((await store.parts('bodies', [number]))[0]).toBeDefined();
    }
    expect(parent).toEqual(latestHash);
    expect(await store.hashOf(latest + 1n)).toBeUndefined();
    return Number(latest);
  } finally {
    await store.close();
  }
}

test('an import that is killed again and again leaves a whole chain each time, and goes on', async () => {
  const folder = join(DATA, 'chain');
  const ends: number[] = [];
  for (let kill = 0; kill < 2; kill++) {
    const child = new Child('import', process.execPath, [program, folder, FILE]);
    await child.line(/^written/);
    await child.kill();
    const reported = Number(/^written (\d+)$/.exec(child.lines.at(-1) ?? '')?.[1]);
    const end = await checkedEnd(folder);
    expect(end).toBeGreaterThanOrEqual(reported);
    expect(end).toBeGreaterThan(ends.at(-1) ?? 0);
    ends.push(end);
    if (end === BLOCKS) break;
  }
  expect(ends[0]).toBeLessThan(BLOCKS);
  const last = new Child('import', process.execPath, [program, folder, FILE]);
  expect(await last.exited).toBe(0);
  expect(await checkedEnd(folder)).toBe(BLOCKS);
});
