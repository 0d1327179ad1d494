import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../../src-main/cli/cli.ts';
import { TOOL_COMMANDS } from '../../../src-main/cli/tool-commands.ts';
import { placeOf } from '../../../src-main/app/data-location.ts';
import type { LaunchOptions } from '../../../src-main/app/launch-options.ts';
import { settingVariable } from '../../../src-main/app/launch-options.ts';
import type { SettingSpec } from '../../../shared/setting-spec.ts';
import { SETTING_KEYS, SETTINGS } from '../../../shared/settings-table.ts';
import { SOME_ENODE } from '../../support/fake-backend.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const parse = (
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  mode: 'headless' | 'desktop' = 'headless',
) => parseCommandLine(args, env, { mode, version: '1.2.3' }, TOOL_COMMANDS);

function options(args: readonly string[], env: NodeJS.ProcessEnv = {}): LaunchOptions {
  const launch = parse(args, env);
  if (launch.kind !== 'run') throw new Error('the command line is not one to run');
  return launch.options;
}

const NO_TCP_ENODE = SOME_ENODE.replace(/@.*/, '@192.0.2.7:0?discport=30301');

describe('the command line', () => {
  test('selects mainnet and geth’s port by default', () => {
    expect(options([])).toMatchObject({
      demo: false,
      hidden: false,
      staticNodes: [],
      trustedNodes: [],
      settings: { values: {}, sources: {} },
      http: { address: '127.0.0.1', port: 8546, token: undefined, admin: false, tls: undefined },
    });
  });

  test('serves the page with a certificate that a flag and a variable may name', () => {
    const { http } = options(['--http.tls.cert', 'page.crt'], { ENODECK_HTTP_TLS_KEY: 'page.key' });
    expect(http).toMatchObject({ tls: { cert: 'page.crt', key: 'page.key' } });
  });

  test('takes any free port for the demo’s page unless one is given', () => {
    expect(options(['--demo']).http).toMatchObject({ port: 8546, orAnyPort: true });
    expect(options(['--demo', '--http.port', '8546']).http).toMatchObject({ port: 8546, orAnyPort: false });
    expect(options([]).http).toMatchObject({ orAnyPort: false });
  });

  test('accepts geth’s names', () => {
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
      settings: {
        values: {
          bootnodes: [SOME_ENODE, SOME_ENODE],
          network: 'sepolia',
          genesis: null,
          networkId: '18446744073709551615',
          port: 0,
          discoveryPort: 30301,
          discovery: false,
          nat: 'extip:203.0.113.7',
          netRestrict: ['10.0.0.0/8', '127.0.0.0/8'],
          maxPeers: 7,
          maxPendingInbound: 9,
          maxPendingOutbound: 9,
          logLevel: 'debug',
          name: 'x',
          nodeKey: '/key',
        },
      },
      dataFolder: '/data',
      http: { token: 'a-long-token', hostNames: ['a.example', 'b.example'] },
    });
  });

  test('takes geth’s name of the text format', () => {
    expect(options(['--log.format', 'terminal']).settings.values).toEqual({ logFormat: 'text' });
  });

  test('takes the levels of modules by geth’s old name too, also in the desktop application', () => {
    const given = ['--vmodule=discovery/*=5,p2p=4'];
    expect(options(given).settings.values).toEqual({ logModules: 'discovery/*=5,p2p=4' });
    expect(parse(given, {}, 'desktop')).toMatchObject({
      options: { settings: { values: { logModules: 'discovery/*=5,p2p=4' } } },
    });
    expect(options([...given, '--log.vmodule', 'dial=1']).settings.values).toEqual({ logModules: 'dial=1' });
  });

  test('reads an empty value as no bootnodes', () => {
    expect(options(['--bootnodes', '']).settings.values.bootnodes).toEqual([]);
  });

  test.each(['\n', ' ', ', ', ',\n', ' # the first\n'])('takes bootnodes with %j between them', (between) => {
    const text = `${SOME_ENODE}${between}${SOME_ENODE}${between}`;
    expect(options(['--bootnodes', text]).settings.values.bootnodes).toEqual([SOME_ENODE, SOME_ENODE]);
    expect(options([], { ENODECK_STATICNODES: text }).staticNodes).toEqual([SOME_ENODE, SOME_ENODE]);
  });

  test('takes a trusted node without a TCP port', () => {
    expect(options(['--trustednodes', NO_TCP_ENODE])).toMatchObject({ trustedNodes: [NO_TCP_ENODE] });
  });

  test('accepts static and trusted nodes for this run', () => {
    expect(options(['--staticnodes', SOME_ENODE, '--trustednodes', `${SOME_ENODE},`])).toMatchObject({
      staticNodes: [SOME_ENODE],
      trustedNodes: [SOME_ENODE],
    });
  });

  test.each([
    ['--networkid', ['--demo', '--networkid', '5']],
    ['--netrestrict', ['--netrestrict', '0.0.0.0/0', '--demo']],
    ['--network', ['--demo', '--network', 'hoodi']],
    ['--genesis', ['--demo', '--genesis', 'x.json']],
    ['--nat', ['--demo', '--nat', 'any']],
    ['--bootnodes', ['--demo', '--bootnodes', SOME_ENODE]],
  ])('refuses %s with the demo', (name, args) => {
    expect(() => parse(args)).toThrow(new RegExp(`--demo and ${name} do not go together`));
    expect(() => parse(['--demo', '--nat', 'none'])).not.toThrow();
    expect(() => parse(['--demo'], { ENODECK_NETRESTRICT: '::/0' })).toThrow(/--netrestrict/);
  });

  test('has a flag, a variable and a line of help for every setting that is not about the desktop', () => {
    const help = parse(['--help']);
    const text = help.kind === 'print' ? help.text : '';
    for (const key of SETTING_KEYS) {
      const spec: SettingSpec = SETTINGS[key];
      const { flag } = spec;
      expect(flag === null, key).toBe(spec.group === 'desktop');
      if (flag === null) continue;
      expect(text).toContain(`${flag} `);
      const [given, value] = sampleOf(spec);
      expect(options([`${flag}=${given}`]).settings).toMatchObject({
        values: { [key]: value },
        sources: { [key]: 'flag' },
      });
      expect(options([], { [settingVariable(flag)]: given }).settings).toMatchObject({
        values: { [key]: value },
        sources: { [key]: 'environment' },
      });
    }
    expect(settingVariable('--discovery.v4')).toBe('ENODECK_DISCOVERY_V4');
  });

  test('accepts a boolean flag without a value, and with false', () => {
    expect(options(['--snap', '--dropper=false', '--nodial', '--maxpeers', '3']).settings.values).toEqual({
      snap: true,
      dropper: false,
      noDial: true,
      maxPeers: 3,
    });
  });

  test('prefers the more specific of two options', () => {
    expect(options(['--maxpendpeers.in', '3', '--maxpendpeers', '9']).settings.values).toEqual({
      maxPendingInbound: 3,
      maxPendingOutbound: 9,
    });
    expect(() => parse(['--discovery', '--nodiscover'])).toThrow(/--discovery and --nodiscover/);
  });

  test('selects the named network, whatever the environment or a file has', () => {
    expect(options(['--hoodi'], { ENODECK_GENESIS: '/g.json', ENODECK_NETWORKID: '7' }).settings).toEqual({
      values: { network: 'hoodi', genesis: null, networkId: null },
      sources: { network: 'flag', genesis: 'flag', networkId: 'flag' },
    });
    expect(options(['--genesis', '/g.json', '--networkid', '8']).settings.values).toEqual({
      genesis: '/g.json',
      networkId: '8',
    });
  });

  test.each([
    ['off', 'none'],
    ['auto', 'any'],
    ['ANY', 'any'],
    ['natpmp', 'pmp'],
    ['pmp:192.168.0.1', 'pmp:192.168.0.1'],
    ['ip:203.0.113.7', 'extip:203.0.113.7'],
    ['extip:2001:DB8::1', 'extip:2001:db8::1'],
    ['stun:192.0.2.1:3478', 'stun:192.0.2.1:3478'],
    ['stun:[2001:db8::1]:3478', 'stun:[2001:db8::1]:3478'],
  ])('takes --nat %s as %s', (text, value) => {
    expect(options(['--nat', text]).settings.values).toEqual({ nat: value });
  });

  test('accepts geth’s aliases of the discovery protocols, and prefers the setting’s own flag', () => {
    expect(options(['--discv4=false', '--discv5']).settings).toEqual({
      values: { discoveryV4: false, discoveryV5: true },
      sources: { discoveryV4: 'flag', discoveryV5: 'flag' },
    });
    const env = { ENODECK_DISCOVERY_V5: 'false' };
    expect(options(['--discv5'], env).settings.values).toEqual({ discoveryV5: true });
    expect(options(['--discv5', '--discovery.v5=false']).settings.values).toEqual({ discoveryV5: false });
  });

  test('queries no DNS list for an empty value, in the demo too', () => {
    expect(options([]).settings.values).not.toHaveProperty('discoveryDns');
    expect(options(['--discovery.dns', '']).settings.values).toEqual({ discoveryDns: [] });
    expect(options(['--demo', '--discovery.dns=']).settings.values).toEqual({ discoveryDns: [] });
  });

  test('reads the environment, and overrides it', () => {
    const env = {
      ENODECK_MAXPEERS: '3',
      ENODECK_HTTP_PORT: '99',
      ENODECK_NODISCOVER: 'true',
      ENODECK_IDENTITY: '',
    };
    expect(options(['--maxpeers', '4'], env)).toMatchObject({
      settings: {
        values: { maxPeers: 4, discovery: false },
        sources: { maxPeers: 'flag', discovery: 'environment' },
      },
      http: { port: 99 },
    });
  });

  test.each([
    ['--port', ['--port', '70000']],
    ['--port', ['--port', '-1']],
    ['--maxpeers', ['--maxpeers', '1e3']],
    ['--bootnodes', ['--bootnodes', 'enode://12@1.2.3.4:1']],
    ['--netrestrict', ['--netrestrict', '10.0.0.0']],
    ['--nat', ['--nat', 'extip:nowhere']],
    ['--nat', ['--nat', 'extip:0.0.0.0']],
    ['--nat', ['--nat', 'pmp:::']],
    ['--nat', ['--nat', 'stun']],
    ['--nat', ['--nat', 'stun:host:3478']],
    ['--nat', ['--nat', 'stun:192.0.2.1:0']],
    ['--nat', ['--nat', 'upnp:192.0.2.1']],
    ['--addr', ['--addr', '127.0.0.1,127.0.0.2']],
    ['--addr', ['--addr', 'localhost']],
    ['--network', ['--network', 'goerli']],
    ['--sepolia and --network', ['--network', 'hoodi', '--sepolia']],
    ['--staticnodes', ['--staticnodes', 'enode://12@1.2.3.4:1']],
    ['A static node needs a TCP port', ['--staticnodes', `${SOME_ENODE},${NO_TCP_ENODE}`]],
    ['--trustednodes', ['--trustednodes', SOME_ENODE.replace(/@.*/, '@0.0.0.0:30303')]],
    ['--dialtimeout', ['--dialtimeout', '0']],
    ['--genesis', ['--genesis', ' ']],
    ['--networkid', ['--networkid', 'one']],
    ['--http.addr', ['--http.addr', 'localhost']],
    ['--http.token', ['--http.token', 'with space']],
    ['--http.tls.cert and --http.tls.key go together', ['--http.tls.cert', 'page.crt']],
    ['--http.tls.cert and --http.tls.key go together', ['--http.tls.key', 'page.key']],
    ['--identity', ['--identity', 'a b']],
    ['--verbosity', ['--verbosity', '9']],
    ['--log.format', ['--log.format', 'xml']],
    ['“dial”, which is not of the form', ['--vmodule', 'peers=4,dial']],
    ['--discovery.v4', ['--discovery.v4=maybe']],
    ['--discv5', ['--discv5=maybe']],
    ['--discovery.dns', ['--discovery.dns', 'nodes.example.org']],
    ['--discovery.dns', ['--discovery.dns', 'enrtree://AKA3@nodes.example.org']],
    ['--discovery.dns', ['--discovery.dns', `${TREE_URL},${TREE_URL}/x`]],
    ['--discovery.dns.server', ['--discovery.dns.server', 'dns.example.org']],
    ['--discovery.dns.server', ['--discovery.dns.server', '127.0.0.1:0']],
    ['--demo and --discovery.dns', ['--demo', '--discovery.dns', TREE_URL]],
    ['--demo and --discovery.dns.server', ['--demo', '--discovery.dns.server', '192.0.2.1']],
    ['--nonsense', ['--nonsense']],
    ['--demo and --mainnet', ['--mainnet', '--demo']],
  ])('names %s when its value is no good', (name, args) => {
    expect(() => parse(args)).toThrow(
      expect.objectContaining({ code: 'bad-option', message: expect.stringContaining(name) as string }),
    );
  });

  test('names an invalid environment variable', () => {
    expect(() => parse([], { ENODECK_PORT: 'x' })).toThrow(/ENODECK_PORT.*whole number/);
  });

  test('prints help and version instead of running', () => {
    expect(parse(['--version'])).toEqual({ kind: 'print', text: '1.2.3\n' });
    expect(parse(['--help'])).toMatchObject({
      kind: 'print',
      text: expect.stringContaining('--netrestrict') as string,
    });
  });

  test('lists the commands in the help of the root, and the options of each in its own help', () => {
    const help = (...args: string[]): string => {
      const launch = parse([...args, '--help']);
      return launch.kind === 'print' ? launch.text : '';
    };
    for (const name of ['run', 'crawl', 'dns', 'nodeset', 'nodes']) {
      expect(help()).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
    for (const [path, text] of [
      ['run', '--maxpeers'],
      ['crawl', '--parallel'],
      ['dns', 'to-txt'],
      ['dns sign', '--password'],
      ['dns to-txt', '[file]'],
      ['nodeset', 'filter'],
      ['nodeset info', '<file>'],
      ['nodeset filter', '--min-age'],
      ['nodes', 'convert'],
      ['nodes convert', '--list'],
    ] as const) {
      expect(help(...path.split(' '))).toContain(`Usage: enodeck ${path} `);
      expect(help(...path.split(' '))).toContain(text);
    }
  });

  test('runs a node by default, by name, and with a value that is the name of a command', () => {
    expect(parse(['run', '--sepolia'])).toEqual(parse(['--sepolia']));
    expect(options(['--identity', 'crawl']).settings.values).toEqual({ name: 'crawl' });
  });

  test.each([[['sepolia']], [['--sepolia', 'crwal']], [['run', 'crawl']]])(
    'refuses %j: no command',
    (args) => {
      expect(() => parse(args)).toThrow(/^There is no command "/);
    },
  );

  test('ignores the environment for help and tools', () => {
    const env = { ENODECK_PORT: 'x' };
    expect(parse(['--help'], env).kind).toBe('print');
    expect(parse(['nodeset', 'info', 'nodes.json'], env).kind).toBe('tool');
    expect(() => parse(['run'], env)).toThrow(/ENODECK_PORT/);
  });

  test('ignores Electron’s switches in the desktop, and serves HTTP only with --http', () => {
    const launch = parse(['--force-color-profile=srgb', '--demo'], {}, 'desktop');
    expect(launch).toMatchObject({ kind: 'run', options: { demo: true, http: undefined } });
    for (const typo of ['--sepolai', '--max-peers=5']) {
      expect(() => parse([typo], {}, 'desktop')).toThrow(typo.split('=')[0]);
    }
    expect(parse(['--http'], {}, 'desktop')).toMatchObject({ options: { http: { port: 8546 } } });
  });
});

const TREE_URL = 'enrtree://AKA3AM6LPBYEUDMVNU3BSVQJ5AD45Y7YPOHJLEF6W26QOE4VTUDPE@nodes.example.org';

/** A value other than the default, as text and parsed. */
function sampleOf({ kind, flag, min, choices, default: value }: SettingSpec): [string, unknown] {
  switch (kind) {
    case 'integer':
    case 'port':
      return [String((min ?? 0) + 1), (min ?? 0) + 1];
    case 'boolean':
      return value === true ? ['no', false] : ['yes', true];
    case 'choice':
      return [choices?.[1] ?? '', choices?.[1]];
    case 'list':
      if (flag === '--override.fork') return ['bpo3=5, bpo4=6', ['bpo3=5', 'bpo4=6']];
      if (flag === '--bootnodes') return [`${SOME_ENODE},\n${SOME_ENODE}`, [SOME_ENODE, SOME_ENODE]];
      if (flag === '--discovery.dns') return [`${TREE_URL}, ${TREE_URL}`, [TREE_URL, TREE_URL]];
      if (flag === '--sentry.header') return ['a: b,c\nd: e', ['a: b,c', 'd: e']];
      if (flag === '--chain.import') return ['/a,b\n/c', [resolve('/a,b'), resolve('/c')]];
      return flag === '--netrestrict'
        ? ['10.0.0.0/8, ::1/128', ['10.0.0.0/8', '::1/128']]
        : ['127.0.0.1,::1', ['127.0.0.1', '::1']];
    case 'path':
      return ['/a/file', '/a/file'];
    case 'text':
      if (flag === '--discovery.dns.server') return ['[::1]:5353', '[::1]:5353'];
      if (flag === '--recorder.node') return [`0x${'AB'.repeat(32)}`, 'ab'.repeat(32)];
      if (flag === '--log.vmodule') return ['dial=4,peers=warn', 'dial=4,peers=warn'];
      if (flag === '--sentry') return ['ws://[::1]:8546', 'ws://[::1]:8546'];
      if (flag === '--otlp.endpoint') return ['http://[::1]:4318', 'http://[::1]:4318'];
      if (flag === '--metrics.addr') return ['::1', '::1'];
      return flag === '--nat' ? ['upnp', 'upnp'] : ['17', '17'];
  }
}

describe('the data folder', () => {
  const folder = (args: readonly string[]): string =>
    placeOf(options(args), 'linux', { XDG_DATA_HOME: '/home/x/.data' }).folder;

  test('is the given one, or one per network', () => {
    expect(folder(['--datadir', '/d', '--demo'])).toBe('/d');
    expect(folder([])).toBe('/home/x/.data/enodeck');
    expect(folder(['--hoodi'])).toBe('/home/x/.data/enodeck/hoodi');
    expect(folder(['--demo'])).toBe('/home/x/.data/enodeck/demo');
    expect(folder(['--genesis', 'g.json'])).toBe('/home/x/.data/enodeck/custom');
  });

  test('depends on the saved network without one on the command line', async () => {
    const home = await temporaryFolder();
    try {
      const root = join(home.path, 'enodeck');
      await mkdir(root);
      await writeFile(join(root, 'settings.json'), '{ "version": 2, "network": "sepolia" }');
      const at = (args: readonly string[]) => placeOf(options(args), 'linux', { XDG_DATA_HOME: home.path });
      expect(at([])).toEqual({ root, folder: join(root, 'sepolia') });
      expect(at(['--mainnet'])).toEqual({ root, folder: root });
      expect(at(['--hoodi'])).toEqual({ root, folder: join(root, 'hoodi') });
      expect(at(['--datadir', '/d'])).toEqual({ root: '/d', folder: '/d' });
      await writeFile(join(root, 'settings.json'), '{ "version": 2, "genesis": "g.json" }');
      expect(at([]).folder).toBe(join(root, 'custom'));
      expect(at(['--hoodi']).folder).toBe(join(root, 'hoodi'));
      await writeFile(join(root, 'settings.json'), '{ "version": 2,\n "network": "goerli" }');
      expect(() => at([])).toThrow(/settings\.json, line 2: "network"/);
      expect(at(['--demo']).folder).toBe(join(root, 'demo'));
    } finally {
      await home.remove();
    }
  });
});

describe('--override.fork', () => {
  const overrides = (args: readonly string[], env: NodeJS.ProcessEnv = {}): unknown =>
    options(args, env).settings.values.forkOverrides;

  test('may be given several times, and accepts several values between commas', () => {
    expect(
      overrides(['--override.fork', 'amsterdam=1791294816', '--override.fork=bogota=1900000000']),
    ).toEqual(['amsterdam=1791294816', 'bogota=1900000000']);
    expect(overrides(['--override.fork', 'bpo3=5,bpo4=6', '--override.fork', 'x=7'])).toEqual([
      'bpo3=5',
      'bpo4=6',
      'x=7',
    ]);
  });

  test('overrides the environment instead of adding to it', () => {
    const env = { ENODECK_OVERRIDE_FORK: 'bpo3=5,bpo4=6' };
    expect(overrides([], env)).toEqual(['bpo3=5', 'bpo4=6']);
    expect(overrides(['--override.fork', 'x=7'], env)).toEqual(['x=7']);
  });

  test('applies when saved, whatever network the command line names', () => {
    expect(overrides(['--sepolia'])).toBeUndefined();
    expect(overrides(['--sepolia', '--override.fork', 'x=7'])).toEqual(['x=7']);
  });

  test.each([
    ['amsterdam', /NAME=TIME/],
    ['amsterdam=1=2', /NAME=TIME/],
    ['=5', /start with a fork name/],
    ['1st=5', /start with a fork name/],
    ['my-fork=5', /start with a fork name/],
    ['amsterdam=', /positive whole number/],
    ['amsterdam=0', /positive whole number/],
    ['amsterdam=-5', /positive whole number/],
    ['amsterdam=1.5', /positive whole number/],
    ['amsterdam=0x10', /positive whole number/],
    ['amsterdam=18446744073709551616', /positive whole number/],
    ['amsterdam=5,amsterdamTime=6', /name every fork once/],
  ])('refuses %s, naming the option and the reason', (text, reason) => {
    expect(() => options(['--override.fork', text])).toThrow(/--override\.fork/);
    expect(() => options(['--override.fork', text])).toThrow(reason);
  });

  test('is refused with the demo', () => {
    expect(() => options(['--demo', '--override.fork', 'x=7'])).toThrow(/--demo and --override\.fork/);
  });
});
