import { describe, expect, test } from 'vitest';
import { ownArguments, readLaterStart } from '../../../src-main/desktop/command-line.ts';
import { SOME_ENODE } from '../../support/some-enode.ts';

describe('the arguments of a start', () => {
  test('are those after the program', () => {
    const argv = ['/opt/enodeck/enodeck', '--demo', SOME_ENODE];
    expect(ownArguments({ isPackaged: true }, argv)).toEqual(['--demo', SOME_ENODE]);
  });

  test.each([
    [['/electron', '/project', '--demo', 'nodes.json']],
    [['/electron', '--inspect=0', '/project', '--demo', 'nodes.json']],
  ])('of a working copy leave out its folder, also after a switch: %j', (argv) => {
    const args = ownArguments({ isPackaged: false }, argv).filter((arg) => !arg.startsWith('--inspect'));
    expect(args).toEqual(['--demo', 'nodes.json']);
  });
});

describe('a later start', () => {
  test('has as links and files what is neither an option nor its value', async () => {
    const args = ['--no-sandbox', '--datadir', '/data', '--demo', SOME_ENODE, 'a.toml'];
    expect(await readLaterStart(args)).toEqual({ operands: [SOME_ENODE, 'a.toml'], hidden: false });
    expect(await readLaterStart(['--', '--demo'])).toEqual({ operands: ['--demo'], hidden: false });
  });

  test('by the login item asks for no window', async () => {
    expect(await readLaterStart(['--hidden'])).toEqual({ operands: [], hidden: true });
  });

  test.each([[['--sepolai', SOME_ENODE]], [['doctor', SOME_ENODE]], [['--version']]])(
    'has none where the arguments are for no window: %j',
    async (args) => {
      expect(await readLaterStart(args)).toEqual({ operands: [], hidden: false });
    },
  );
});
