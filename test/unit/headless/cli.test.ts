import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../../src-main/cli.ts';
import { dataFolderOf, type LaunchOptions } from '../../../src-main/options.ts';
import { SOME_ENODE } from '../../support/fake-backend.ts';

const parse = (
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  mode: 'headless' | 'desktop' = 'headless',
) => parseCommandLine(args, env, { mode, version: '1.2.3' });

function options(args: readonly string[], env: NodeJS.ProcessEnv = {}): LaunchOptions {
  const launch = parse(args, env);
  if (launch.kind !== 'run') throw new Error('the command line is not one to run');
  return launch.options;
}

describe('the command line', () => {
  test('asks for mainnet on geth’s port when it says nothing', () => {
    expect(options([])).toMatchObject({
      network: { kind: 'public', name: 'mainnet' },
      addresses: ['0.0.0.0', '::'],
      port: 30303,
      discovery: true,
      bootnodes: undefined,
      nat: { kind: 'any' },
      settings: {},
      http: { address: '127.0.0.1', port: 8546, token: undefined, admin: false },
    });
  });

  test('takes another port for the demo’s page where nobody asked for one', () => {
    expect(options(['--demo']).http).toMatchObject({ port: 8546, orAnyPort: true });
    expect(options(['--demo', '--http.port', '8546']).http).toMatchObject({ port: 8546, orAnyPort: false });
    expect(options([]).http).toMatchObject({ orAnyPort: false });
  });

  test('takes geth’s names', () => {
    expect(
      options([
        ...['--sepolia', '--port', '0', '--discovery.port=30301', '--maxpeers', '7', '--maxpendpeers', '9'],
        ...['--bootnodes', `${SOME_ENODE},${SOME_ENODE}`, '--nodiscover', '--nat', 'extip:203.0.113.7'],
        ...[
          '--netrestrict',
          '10.0.0.0/8,127.0.0.0/8',
          '--networkid',
          '18446744073709551615',
          '--identity',
          'x',
        ],
        ...['--http.token', 'a-long-token', '--http.vhosts', 'a.example,b.example', '--verbosity', '4'],
        ...['--datadir', '/data', '--nodekey', '/key'],
      ]),
    ).toMatchObject({
      network: { kind: 'public', name: 'sepolia' },
      networkId: 2n ** 64n - 1n,
      port: 0,
      discoveryPort: 30301,
      bootnodes: [SOME_ENODE, SOME_ENODE],
      discovery: false,
      nat: { kind: 'extip', ip: '203.0.113.7' },
      netRestrict: ['10.0.0.0/8', '127.0.0.0/8'],
      settings: { maxPeers: 7, maxPendingPeers: 9, logLevel: 'debug' },
      identity: 'x',
      dataFolder: '/data',
      nodeKeyFile: '/key',
      http: { token: 'a-long-token', hostNames: ['a.example', 'b.example'] },
    });
  });

  test('takes no bootnodes at all from an empty value', () => {
    expect(options(['--bootnodes', '']).bootnodes).toEqual([]);
  });

  test('keeps the demo on loopback, whatever else it says', () => {
    expect(options(['--demo', '--netrestrict', '0.0.0.0/0'])).toMatchObject({
      network: { kind: 'demo' },
      addresses: ['127.0.0.1', '::1'],
      port: 0,
      netRestrict: ['127.0.0.0/8', '::1/128'],
    });
  });

  test('reads the environment, and goes over it', () => {
    const env = {
      ENODECK_MAXPEERS: '3',
      ENODECK_HTTP_PORT: '99',
      ENODECK_NODISCOVER: 'true',
      ENODECK_IDENTITY: '',
    };
    expect(options(['--maxpeers', '4'], env)).toMatchObject({
      settings: { maxPeers: 4 },
      http: { port: 99 },
      discovery: false,
      identity: undefined,
    });
  });

  test.each([
    ['--port', ['--port', '70000']],
    ['--port', ['--port', '-1']],
    ['--maxpeers', ['--maxpeers', '1e3']],
    ['--bootnodes', ['--bootnodes', 'enode://12@1.2.3.4:1']],
    ['--netrestrict', ['--netrestrict', '10.0.0.0']],
    ['--nat', ['--nat', 'extip:nowhere']],
    ['--nat', ['--nat', 'upnp']],
    ['--networkid', ['--networkid', 'one']],
    ['--http.addr', ['--http.addr', 'localhost']],
    ['--http.token', ['--http.token', 'with space']],
    ['--identity', ['--identity', 'a b']],
    ['--verbosity', ['--verbosity', '9']],
    ['--discovery.v4', ['--discovery.v4=maybe']],
    ['--discovery.v5', ['--discovery.v5']],
    ['--nonsense', ['--nonsense']],
    ['--mainnet and --demo', ['--mainnet', '--demo']],
  ])('names %s when its value is no good', (name, args) => {
    expect(() => parse(args)).toThrow(
      expect.objectContaining({ code: 'bad-option', message: expect.stringContaining(name) as string }),
    );
  });

  test('names a variable of the environment that is no good', () => {
    expect(() => parse([], { ENODECK_PORT: 'x' })).toThrow(/ENODECK_PORT.*whole number/);
  });

  test('prints help and version instead of running', () => {
    expect(parse(['--version'])).toEqual({ kind: 'print', text: '1.2.3\n' });
    expect(parse(['--help'])).toMatchObject({
      kind: 'print',
      text: expect.stringContaining('--netrestrict') as string,
    });
  });

  test('in the desktop passes over what is Electron’s, and serves HTTP only when asked', () => {
    const launch = parse(['--force-color-profile=srgb', '--demo'], {}, 'desktop');
    expect(launch).toMatchObject({ kind: 'run', options: { network: { kind: 'demo' }, http: undefined } });
    for (const typo of ['--sepolai', '--max-peers=5']) {
      expect(() => parse([typo], {}, 'desktop')).toThrow(typo.split('=')[0]);
    }
    expect(parse(['--http'], {}, 'desktop')).toMatchObject({ options: { http: { port: 8546 } } });
  });
});

describe('the data folder', () => {
  const folder = (args: readonly string[]): string =>
    dataFolderOf(options(args), 'linux', { XDG_DATA_HOME: '/home/x/.data' });

  test('is the named one, or one of its own for each network', () => {
    expect(folder(['--datadir', '/d', '--demo'])).toBe('/d');
    expect(folder([])).toBe('/home/x/.data/enodeck');
    expect(folder(['--hoodi'])).toBe('/home/x/.data/enodeck/hoodi');
    expect(folder(['--demo'])).toBe('/home/x/.data/enodeck/demo');
  });
});
