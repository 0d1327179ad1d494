import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCommandLine } from '../../../src-main/cli/cli.ts';
import type { Launch } from '../../../src-main/cli/launch.ts';
import { readCommandLine } from '../../../src-main/cli/read-command-line.ts';
import { TOOL_COMMANDS } from '../../../src-main/cli/tool-commands.ts';

const ARGUMENTS = [
  ...['crawl', 'doctor', 'dns', 'nodeset', 'nodes', 'run', 'token', 'help', '--help', '-h', '--version'],
  ...['add', 'list', 'revoke', '--right', 'read'],
  ...['sign', 'to-txt', 'info', 'filter', 'convert', 'set.json', '-ip', '10.0.0.0/8', '--limit', '5'],
  ...[
    '--datadir',
    'data',
    '--demo',
    '--sepolia',
    '--port',
    '30303',
    '--http',
    '--sepolai',
    '--',
    '',
    'nodez',
  ],
  ...[
    'enode://12@1.2.3.4:1',
    '--no-sandbox',
    '--maxpeers=3',
    '--bootnodes',
    '--discovery.dns=',
    '--to',
    'toml',
  ],
];
const PROGRAMS = (['desktop', 'headless'] as const).map((mode) => ({ mode, version: '1.2.3' }));

/** What a command line leads to; two tools are the same to this test. */
const outcome = async (read: () => Launch | Promise<Launch>): Promise<unknown> => {
  try {
    const launch = await read();
    return launch.kind === 'tool' ? 'tool' : launch;
  } catch (error) {
    return String(error);
  }
};

test('the commands that are loaded when they are named change nothing', async () => {
  const args = fc.array(fc.constantFrom(...ARGUMENTS), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(args, fc.constantFrom(...PROGRAMS), async (given, program) => {
      expect(await outcome(() => readCommandLine(given, {}, program))).toEqual(
        await outcome(() => parseCommandLine(given, {}, program, TOOL_COMMANDS)),
      );
    }),
    { numRuns: 300 },
  );
});
