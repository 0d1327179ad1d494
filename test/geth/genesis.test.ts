import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GENESIS_VARIANTS } from '../support/genesis-variants.ts';
import { Child } from '../support/child.ts';
import { realPeer } from '../support/real-peers.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { readVectors } from '../support/vectors.ts';

const GETH = readVectors<Record<string, string | null>>('cases/genesis/geth.json');

/** The hash that `geth init` prints, null when it refuses the file. It opens no socket. */
async function initialised(text: string): Promise<string | null> {
  const folder = await temporaryFolder();
  try {
    const file = join(folder.path, 'genesis.json');
    await writeFile(file, text);
    const args = ['--datadir', folder.path, '--cache', '16', 'init', file];
    const geth = new Child('geth init', realPeer('geth72'), args);
    await geth.exited;
    return /Successfully wrote genesis state .*hash=(\S+)/.exec(geth.lines.join('\n'))?.[1] ?? null;
  } finally {
    await folder.remove();
  }
}

describe('the stored hash of a genesis file', () => {
  // All variants take minutes; every fifth one includes each kind, and refused files.
  it.each(GENESIS_VARIANTS.filter((_variant, at) => at % 5 === 0))(
    'with $name is the one that geth prints',
    async ({ name, text }) => {
      expect(await initialised(text)).toBe(GETH[name]);
    },
    60_000,
  );
});
