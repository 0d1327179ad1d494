import { describe, expect, test } from 'vitest';
import { FileError } from '../../../src-main/base/regular-file.ts';
import { Opener } from '../../../src-main/desktop/opener.ts';
import { PageCommands } from '../../../src-main/desktop/page-commands.ts';
import { SOME_ENODE } from '../../support/some-enode.ts';

async function open(operands: readonly string[]) {
  const commands = new PageCommands();
  const paths: string[] = [];
  let shown = 0;
  const hold = (path: string) => {
    paths.push(path);
    return path.endsWith('gone')
      ? Promise.reject(new FileError('file-missing', 'does not exist'))
      : Promise.resolve({ id: 1, name: 'x' });
  };
  await new Opener(commands, { hold }, () => (shown += 1)).open(operands, '/home/u');
  return { commands: commands.pending().map(({ command }) => command), paths, shown };
}

describe('what a start hands over', () => {
  test('all its links are one preview', async () => {
    const { commands, shown } = await open([SOME_ENODE, `${SOME_ENODE}?discport=1`]);
    expect(commands).toEqual([{ kind: 'preview-nodes', texts: [SOME_ENODE, `${SOME_ENODE}?discport=1`] }]);
    expect(shown).toBe(1);
  });

  test('a wrong link is refused in a sentence, and a valid one beside it is shown', async () => {
    const { commands } = await open(['enode://12@1.2.3.4:1', SOME_ENODE]);
    expect(commands).toMatchObject([
      { kind: 'preview-nodes', texts: [SOME_ENODE] },
      { kind: 'refuse', reason: expect.stringMatching(/^The link was not opened: .*\.$/) as string },
    ]);
  });

  test.each([
    ['nodes.json', '/home/u/nodes.json'],
    ['/tmp/a b.toml', '/tmp/a b.toml'],
    ['file:///tmp/a%20b.toml', '/tmp/a b.toml'],
  ])('a file is read from its path: %s', async (operand, path) => {
    const { commands, paths } = await open([operand]);
    expect(paths).toEqual([path]);
    expect(commands).toEqual([{ kind: 'preview-file', file: { id: 1, name: 'x' } }]);
  });

  test.each([
    'https://example.org/nodes.json',
    'file://server/share/x',
    'javascript:alert(1)',
    'file:///%00',
  ])('a URL that is no file of this machine is not read: %s', async (operand) => {
    const { commands, paths } = await open([operand]);
    expect(paths).toEqual([]);
    expect(commands).toMatchObject([{ kind: 'refuse' }]);
  });

  test('a file that cannot be read is refused with its name and the reason', async () => {
    const { commands } = await open(['/x/gone']);
    expect(commands).toEqual([{ kind: 'refuse', reason: 'The file was not opened: gone does not exist.' }]);
  });

  test('one file is opened, and the others are named', async () => {
    const { commands, paths } = await open(['/a', '/b', '/c']);
    expect(paths).toEqual(['/a']);
    expect(commands.at(-1)).toEqual({
      kind: 'refuse',
      reason: 'One file is opened at a time: 2 others were not opened.',
    });
  });

  test('more links than a preview has room for are bounded', async () => {
    const { commands } = await open(Array.from({ length: 70 }, () => SOME_ENODE));
    expect(commands[0]).toMatchObject({ kind: 'preview-nodes', texts: { length: 64 } });
    expect(commands[1]).toMatchObject({ kind: 'refuse' });
  });

  test('nothing does nothing', async () => {
    expect(await open([])).toEqual({ commands: [], paths: [], shown: 0 });
  });
});
