import { describe, expect, it } from 'vitest';
import { MAX_IMPORT_CHARACTERS } from '../../../../shared/api-contract.ts';
import { readImportFile, tooLargeProblem } from '../../../../src-renderer/model/import-file.ts';

const t = (key: string, named: Readonly<Record<string, unknown>> = {}): string =>
  [key, ...Object.values(named)].join(' ');
const fileOf = (text: () => Promise<string>) => ({ name: 'nodes.json', text });
const LARGEST = 'x'.repeat(MAX_IMPORT_CHARACTERS);

describe('a file to import', () => {
  it('is read as text up to the maximum of a request', async () => {
    const read = await readImportFile(
      fileOf(() => Promise.resolve(LARGEST)),
      t,
    );
    expect(read).toEqual({ ok: true, name: 'nodes.json', text: LARGEST });
    expect(tooLargeProblem(LARGEST, t)).toBeNull();
  });

  it('is refused above the maximum; the refusal has the size and the maximum', async () => {
    const text = LARGEST + LARGEST;
    const problem = 'common.tooLarge 8.4 MB 4.2 MB';
    expect(tooLargeProblem(text, t)).toBe(problem);
    expect(
      await readImportFile(
        fileOf(() => Promise.resolve(text)),
        t,
      ),
    ).toEqual({ ok: false, problem });
  });

  it('is refused when it cannot be read', async () => {
    const read = await readImportFile(
      fileOf(() => Promise.reject(new Error('gone'))),
      t,
    );
    expect(read).toEqual({ ok: false, problem: 'common.unreadable nodes.json' });
  });
});
