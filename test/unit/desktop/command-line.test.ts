import { describe, expect, test } from 'vitest';
import { operandsOf, ownArguments } from '../../../src-main/desktop/command-line.ts';
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

describe('links and files among them', () => {
  test('are what is neither an option nor its value', async () => {
    const args = ['--no-sandbox', '--datadir', '/data', '--demo', SOME_ENODE, 'a.toml'];
    expect(await operandsOf(args)).toEqual([SOME_ENODE, 'a.toml']);
    expect(await operandsOf(['--', '--demo'])).toEqual(['--demo']);
  });

  test.each([[['--sepolai', SOME_ENODE]], [['doctor', SOME_ENODE]], [['--version']]])(
    'are none where the arguments are for no window: %j',
    async (args) => {
      expect(await operandsOf(args)).toEqual([]);
    },
  );
});
