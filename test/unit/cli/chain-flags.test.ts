import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { NodeSettings } from '../../../shared/settings-table.ts';
import { parseCommandLine } from '../../../src-main/cli/cli.ts';
import { TOOL_COMMANDS } from '../../../src-main/cli/tool-commands.ts';

function settingsOf(args: readonly string[], env: NodeJS.ProcessEnv = {}): Readonly<Partial<NodeSettings>> {
  const launch = parseCommandLine(args, env, { mode: 'headless', version: '0' }, TOOL_COMMANDS);
  if (launch.kind !== 'run') throw new Error('the command line is not one to run');
  return launch.options.settings.values;
}

describe('the flags of the source of the chain', () => {
  test('select the source that they are for', () => {
    expect(settingsOf(['--sentry', 'http://127.0.0.1:8545'])).toEqual({
      sentry: 'http://127.0.0.1:8545',
      chain: 'sentry',
    });
    expect(settingsOf(['--chain', 'archive'])).toEqual({ chain: 'archive' });
    expect(settingsOf(['--chain=archive', '--chain.import', '/a.era1'])).toEqual({
      chain: 'archive',
      chainImport: [resolve('/a.era1')],
    });
  });

  test('observe transactions with files, and without a chain', () => {
    expect(settingsOf(['--transactions.observe', '--chain', 'archive'])).toEqual({
      ...{ chain: 'archive', observeTransactions: true },
    });
    expect(settingsOf([], { ENODECK_TRANSACTIONS_OBSERVE: 'true' }).observeTransactions).toBe(true);
    expect(settingsOf(['--sentry', 'http://a', '--transactions.observe', 'false']).chain).toBe('sentry');
  });

  test('override those of the environment', () => {
    const env = { ENODECK_SENTRY: 'http://127.0.0.1:8545' };
    expect(settingsOf([], env).chain).toBe('sentry');
    expect(settingsOf(['--chain.import', '/a.era1'], env).chain).toBe('archive');
    expect(settingsOf(['--chain', 'none'], env).chain).toBe('none');
  });

  test('take the files that a shell found for a pattern, and names with commas, from the current folder', () => {
    expect(
      settingsOf(['--chain.import', 'a,b.era1', 'c.era1', '--port', '0', '--chain.import', '/d']).chainImport,
    ).toEqual([resolve('a,b.era1'), resolve('c.era1'), resolve('/d')]);
    expect(settingsOf([], { ENODECK_CHAIN_IMPORT: '/a\n/b' }).chainImport).toEqual([
      resolve('/a'),
      resolve('/b'),
    ]);
  });

  test('accept headers with commas, each with a flag or on a line of the variable', () => {
    const sentryHeaders = ['Accept: a, b', 'X-Key: c'];
    expect(
      settingsOf(['--sentry.header', 'Accept: a, b', '--sentry.header', 'X-Key: c']).sentryHeaders,
    ).toEqual(sentryHeaders);
    expect(settingsOf([], { ENODECK_SENTRY_HEADER: 'Accept: a, b\nX-Key: c' }).sentryHeaders).toEqual(
      sentryHeaders,
    );
  });

  test.each([
    [
      ['--sentry', 'http://a', '--chain.import', 'x'],
      'The options --sentry and --chain.import name different sources of the chain: give one of them.',
    ],
    [
      ['--sentry', 'http://a', '--chain', 'archive'],
      'The options --chain archive and --sentry name different sources of the chain: give one of them.',
    ],
    [
      ['--chain.import', 'x', '--chain', 'none'],
      'The options --chain none and --chain.import name different sources of the chain: give one of them.',
    ],
    [
      ['--sentry', 'http://a', '--transactions.observe'],
      'The options --sentry and --transactions.observe do not go together: an execution client gets the transactions, and its pending ones are relayed.',
    ],
    [
      ['--chain', 'sentry', '--transactions.observe'],
      'The options --chain sentry and --transactions.observe do not go together: an execution client gets the transactions, and its pending ones are relayed.',
    ],
    [
      ['--chain', 'ipfs'],
      "Option '--chain <name>' argument 'ipfs' is invalid. It must be none or sentry or archive.",
    ],
    [
      ['--sentry', 'http://me:a-key@b'],
      'The value of --sentry is not valid: it is not the address of an RPC: a user name and password are given as the header Authorization, not in the URL.',
    ],
    [
      ['--sentry.header', 'Host: a-key'],
      'The value of --sentry.header is not valid: it has the header Host, which cannot be sent: the connection itself sets it.',
    ],
  ])('%j is refused', (args, message) => {
    expect(() => settingsOf(args)).toThrow(message);
  });

  test('are refused without their secret, from the environment too', () => {
    const refuse = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
      try {
        settingsOf(args, env);
      } catch (error) {
        return String(error);
      }
      throw new Error('accepted');
    };
    expect(refuse([], { ENODECK_SENTRY: 'http://me:a-key@b' })).toMatch(
      /^OptionError: The variable ENODECK_SENTRY /,
    );
    for (const text of [
      refuse(['--sentry', 'http://me:a-key@b']),
      refuse(['--sentry.header', 'X: é a-key']),
      refuse([], { ENODECK_SENTRY: 'http://me:a-key@b' }),
      refuse([], { ENODECK_SENTRY_HEADER: 'X: é a-key' }),
    ])
      expect(text).not.toContain('a-key');
  });

  test.each([
    ['--chain', 'archive'],
    ['--sentry', 'http://127.0.0.1:8545'],
    ['--sentry.jwt', '/jwt'],
    ['--sentry.header', 'a: b'],
    ['--chain.import', '/a'],
    ['--transactions.observe', 'true'],
  ])('%s is refused with the demo', (flag, value) => {
    expect(() => settingsOf(['--demo', flag, value])).toThrow(`--demo and ${flag} do not go together`);
    expect(() => settingsOf(['--demo', '--chain', 'none'])).not.toThrow();
  });
});
