import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SOME_ENODE } from '../../support/fake-backend.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { runToolCommand } from '../../support/tool-commands.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

async function file(name: string, content: string): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, content);
  return path;
}

describe('converting nodes', () => {
  test('converts files that geth no longer reads to its TOML, each to its own list', async () => {
    for (const [name, key] of [
      ['static-nodes.json', 'StaticNodes'],
      ['trusted-nodes.json', 'TrustedNodes'],
      ['nodes.txt', 'StaticNodes'],
    ] as const) {
      const path = await file(
        name,
        name.endsWith('json') ? JSON.stringify([SOME_ENODE]) : `# x\n${SOME_ENODE}\n`,
      );
      const toml = `[Node.P2P]\n${key} = [\n  "${SOME_ENODE}",\n]\n`;
      expect(await runToolCommand(['nodes', 'convert', path, '--to', 'toml'])).toBe(toml);
      const back = await file('back.toml', toml);
      const list = key === 'StaticNodes' ? 'static' : 'trusted';
      expect(await runToolCommand(['nodes', 'convert', back, '--list', list, '--to=lines'])).toBe(
        `${SOME_ENODE}\n`,
      );
      expect(
        JSON.parse(await runToolCommand(['nodes', 'convert', back, '--list', list, '--to=json'])),
      ).toEqual([SOME_ENODE]);
    }
  });

  test('prints nothing for a file with an invalid line, and names the line', async () => {
    const path = await file('static-nodes.json', `[\n"${SOME_ENODE}",\n"enode://12@1.2.3.4:5",\n7]`);
    await expect(runToolCommand(['nodes', 'convert', path, '--to', 'toml'])).rejects.toThrow(
      /line 3: .+\n.+line 4: a text/,
    );
  });

  test('names invalid options', async () => {
    await expect(runToolCommand(['nodes', 'convert', 'x'])).rejects.toMatchObject({ code: 'bad-option' });
    await expect(runToolCommand(['nodes', 'convert', 'x', '--to', 'yaml'])).rejects.toThrow(/--to/);
    await expect(runToolCommand(['nodes'])).rejects.toThrow('use convert');
    await expect(runToolCommand(['nodes', 'invert'])).rejects.toMatchObject({ code: 'bad-option' });
    await expect(
      runToolCommand(['nodes', 'convert', join(folder.path, 'no'), '--to', 'toml']),
    ).rejects.toThrow(/cannot be read/);
    expect(await runToolCommand(['nodes', '--help'])).toContain('convert');
  });
});
