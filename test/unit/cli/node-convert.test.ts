import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { convertNodes } from '../../../src-main/cli/node-convert.ts';
import { SOME_ENODE } from '../../support/fake-backend.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

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
  test('turns the files that geth passes over into its TOML, each into its own list', async () => {
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
      expect(await convertNodes(['convert', path, '--to', 'toml'])).toBe(toml);
      const back = await file('back.toml', toml);
      const list = key === 'StaticNodes' ? 'static' : 'trusted';
      expect(await convertNodes(['convert', back, '--list', list, '--to=lines'])).toBe(`${SOME_ENODE}\n`);
      expect(JSON.parse(await convertNodes(['convert', back, '--list', list, '--to=json']))).toEqual([
        SOME_ENODE,
      ]);
    }
  });

  test('prints nothing of a file with a bad line, and names the line', async () => {
    const path = await file('static-nodes.json', `[\n"${SOME_ENODE}",\n"enode://12@1.2.3.4:5",\n7]`);
    await expect(convertNodes(['convert', path, '--to', 'toml'])).rejects.toThrow(
      /line 3: .+\n.+line 4: a text/,
    );
  });

  test('says what is wrong with its own options', async () => {
    await expect(convertNodes(['convert', 'x'])).rejects.toMatchObject({ code: 'bad-option' });
    await expect(convertNodes(['convert', 'x', '--to', 'yaml'])).rejects.toThrow(/--to/);
    await expect(convertNodes([])).rejects.toThrow('nodes convert FILE --to toml|json|lines');
    await expect(convertNodes(['invert'])).rejects.toMatchObject({ code: 'bad-option' });
    await expect(convertNodes(['convert', join(folder.path, 'no'), '--to', 'toml'])).rejects.toThrow(
      /cannot be read/,
    );
    expect(await convertNodes(['--help'])).toContain('convert');
  });
});
