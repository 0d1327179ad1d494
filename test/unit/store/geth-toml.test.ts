import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../shared/settings-table.ts';
import { readGethToml } from '../../../src-main/store/geth-toml.ts';
import { writeGethLists, writeGethToml } from '../../../src-main/store/geth-toml-text.ts';
import { SOME_ENODE } from '../../support/fake-backend.ts';

const P2P = `[Eth]
NetworkId = 1

[Node]
DataDir = "/data"
UserIdent = "mine"

[Node.P2P]
MaxPeers = 25
MaxPendingPeers = 7
DialRatio = 2
NoDiscovery = true
DiscoveryV4 = true
DiscoveryV5 = false
BootstrapNodes = ["${SOME_ENODE}"]
StaticNodes = [
  # the one at home
  "${SOME_ENODE}",
  "enr:-abc", # not checked here
]
TrustedNodes = []
NetRestrict = ["10.0.0.0/8", "fd00::/8"]
NodeDatabase = "/db"
ListenAddr = "[::1]:30304"
DiscAddr = ":30305"
NAT = "extip:203.0.113.7"
NoDial = true
EnableMsgEvents = true

[Node.HTTPTimeouts]
ReadTimeout = 30000000000
`;

describe('geth’s TOML', () => {
  it('reports the line of an error in a file with a byte order mark', () => {
    const { errors } = readGethToml('\uFEFF[Node.P2P]\nMaxPeers = 5\nNoDiscovery = 1\n');
    expect(errors).toMatchObject([{ line: 3, reason: 'NoDiscovery must be true or false' }]);
  });

  it('is read to settings, lists and ignored keys', () => {
    expect(readGethToml(P2P)).toEqual({
      settings: {
        maxPeers: 25,
        maxPendingInbound: 7,
        maxPendingOutbound: 7,
        dialRatio: 2,
        discovery: false,
        discoveryV4: true,
        discoveryV5: false,
        netRestrict: ['10.0.0.0/8', 'fd00::/8'],
        nodeDatabase: '/db',
        addresses: ['::1'],
        port: 30304,
        discoveryAddresses: ['0.0.0.0', '::'],
        discoveryPort: 30305,
        nat: 'extip:203.0.113.7',
        noDial: true,
        msgEvents: true,
        name: 'mine',
      },
      lines: expect.objectContaining({ maxPeers: 9, nodeDatabase: 23, name: 6 }) as object,
      lists: {
        bootnodes: [{ line: 15, text: SOME_ENODE }],
        static: [
          { line: 18, text: SOME_ENODE },
          { line: 19, text: 'enr:-abc' },
        ],
        trusted: [],
      },
      ignored: ['Eth', 'Node.DataDir', 'Node.HTTPTimeouts'],
      errors: [],
    });
  });

  it('uses defaults for zeros and empty texts, as geth does', () => {
    const { settings, errors } = readGethToml(
      '[Node.P2P]\nMaxPendingPeers = 0\nDialRatio = 0\nListenAddr = ":30303"\nDiscAddr = ""\nNodeDatabase = ""\nNAT = "off"',
    );
    expect(errors).toEqual([]);
    expect(settings).toEqual({
      maxPendingInbound: 50,
      maxPendingOutbound: 50,
      dialRatio: 3,
      addresses: ['0.0.0.0', '::'],
      port: 30303,
      discoveryAddresses: null,
      discoveryPort: null,
      nodeDatabase: null,
      nat: 'none',
    });
  });

  test.each([
    ['[Node.P2P]\nMaxPeers = "many"', 2, /^MaxPeers must be a whole number from 0 to 10000$/],
    ['[Node.P2P]\n\nMaxPeers = -1', 3, /^MaxPeers must be a whole number from 0 to 10000$/],
    ['[Node.P2P]\nNoDiscovery = 1', 2, /^NoDiscovery must be true or false$/],
    ['[Node.P2P]\nNAT = "extip:0.0.0.0"', 2, /^NAT must be any/],
    ['[Node.P2P]\nNAT = "stun"', 2, /^NAT must be any/],
    ['[Node.P2P]\nNetRestrict = ["10.0.0.0"]', 2, /^Entry 1 of NetRestrict must be a network/],
    ['[Node.P2P]\nListenAddr = "host:1"', 2, /^ListenAddr must be IP:PORT/],
    ['[Node.P2P]\nListenAddr = ""', 2, /^ListenAddr must be an address/],
    ['[Node.P2P]\nDiscAddr = ":70000"', 2, /^DiscAddr must be IP:PORT/],
    ['[Node.P2P]\nStaticNodes = "x"', 2, /^StaticNodes must be a list/],
    ['[Node.P2P]\nStaticNodes = [\n"a",\n7]', 4, /a text in double quotes/],
    ['[Node.P2P]\nNetRestrict = "10.0.0.0/8"', 2, /^NetRestrict must be a list$/],
    ['[Node.P2P]\nNetRestrict = [\n"10.0.0.0/8",\n"x"]', 4, /^Entry 2 of NetRestrict must be a network/],
    ['[Node.P2P]\nMaxPeers = 18446744073709551615', 2, /^MaxPeers must be a whole number/],
    ['[Node.P2P]\nMaxPeers = 1979-05-27', 2, /^MaxPeers must be a whole number/],
    ['[Node.P2P]\nDialRatio = true', 2, /^DialRatio must be a whole number/],
    ['[Node.P2P]\nDiscoveryV4 = "on"', 2, /^DiscoveryV4 must be true or false$/],
    ['[Node.P2P]\nNodeDatabase = 7', 2, /^NodeDatabase must be text$/],
    ['[Node]\nUserIdent = true\n[Node.P2P]', 2, /^UserIdent must be text$/],
    ['[Node.P2P]\nNAT = 7', 2, /^NAT must be text$/],
    ['[Node.P2P.NAT]\nInterface = 7', 2, /^Interface must be text$/],
    ['[Node.P2P.NAT]\nInterface = "extip:x"', 2, /^Interface must be any/],
    ['[Node.P2P.NAT]\nOther = "x"', 1, /^Interface is missing/],
    ['[Node.P2P]\nMaxPeers = ', 2, /^this is not TOML: ./],
    ['[Node.P2P]\nMaxPeers = 1\nMaxPeers = 2', 3, /./],
    ['Node = 3', 1, /^Node must be a table/],
    ['[Node]\nP2P = 3', 2, /^P2P must be a table/],
    ['[Other]\nP2P = 3', 1, /no table \[Node\.P2P\]/],
    ['Node.P2P.MaxPeers = "\\n\\"many"\n', 1, /^MaxPeers/],
    ['[Node]\nP2P = { MaxPeers = 1, NAT = "x" }', 2, /^NAT/],
    ['a = """\n\n"""\n[ "Node" . P2P ]\nNAT = "x"', 5, /^NAT/],
  ])('reports the line and reason of the error in %j', (text, line, reason) => {
    const { errors } = readGethToml(text);
    expect(errors).toEqual([
      expect.objectContaining({ line, reason: expect.stringMatching(reason) as string }),
    ]);
  });

  const vector = (name: string): string =>
    readFileSync(new URL(`../../vectors/cases/toml/${name}`, import.meta.url), 'utf8');

  test.each([
    ['bigint-networkid.toml', { maxPeers: 5 }],
    ['bigint-u64.toml', { maxPeers: 5 }],
    ['nat-interface.toml', { maxPeers: 50, nat: 'extip:127.0.0.5' }],
  ])('reads %s', (name, settings) => {
    expect(readGethToml(vector(name))).toMatchObject({ settings, errors: [] });
  });

  test.each([
    ['netrestrict-text.toml', 'NetRestrict must be a list'],
    ['nodiscover-string.toml', 'NoDiscovery must be true or false'],
  ])('refuses %s with a readable reason', (name, reason) => {
    expect(readGethToml(vector(name)).errors).toEqual([{ line: 2, of: 'settings', reason }]);
  });

  test.each(['9007199254740993', '-9223372036854775808', '18446744073709551616', `1${'0'.repeat(60)}`])(
    'ignores an integer of any size in other tables: %s',
    (integer) => {
      const { settings, errors } = readGethToml(
        `[Eth]\nX = [${integer}, {a = ${integer}}]\n[Node.P2P]\nMaxPeers = 5`,
      );
      expect([settings, errors]).toEqual([{ maxPeers: 5 }, []]);
    },
  );

  it('merges both lists of bootnodes, and reads the DNS node lists of [Eth]', () => {
    const own = 'enrtree://AKA3AM6LPBYEUDMVNU3BSVQJ5AD45Y7YPOHJLEF6W26QOE4VTUDPE@all.mainnet.ethdisco.net';
    const other = own.replace('all.mainnet', 'all.other');
    const read = (urls: readonly string[], rest = '') =>
      readGethToml(
        `[Eth]\nEthDiscoveryURLs = ${JSON.stringify(urls)}\n${rest}[Node.P2P]\n` +
          `BootstrapNodes = ["${SOME_ENODE}"]\nBootstrapNodesV5 = ["${SOME_ENODE}", "enr:-abc"]\n`,
      );
    const { settings, lists, ignored, errors } = read([other]);
    expect([settings, ignored, errors]).toEqual([{ discoveryDns: [other] }, [], []]);
    expect(lists.bootnodes?.map(({ text }) => text)).toEqual([SOME_ENODE, 'enr:-abc']);
    expect(read([]).settings).toEqual({});
    expect(read([own]).settings).toEqual({ discoveryDns: null });
    expect(read([own], 'NetworkId = 1\n').ignored).toEqual(['Eth']);
    expect(read(['enrtree://x']).errors).toEqual([expect.objectContaining({ line: 2 })]);
    const bootnodes = [SOME_ENODE];
    const text = writeGethToml(
      { ...DEFAULT_SETTINGS, discoveryV5: false, discoveryDns: [other] },
      { bootnodes },
    );
    expect(text).toContain(`[Eth]\nEthDiscoveryURLs = [\n  "${other}",\n]\nSnapDiscoveryURLs = [`);
    expect(text).toContain(`DiscoveryV5 = false\n`);
    expect(text).toContain(`BootstrapNodesV5 = [\n  "${SOME_ENODE}",\n]\n`);
    expect(readGethToml(text)).toMatchObject({
      settings: { discoveryV5: false, discoveryDns: [other] },
      lists: { bootnodes: [{ text: SOME_ENODE }] },
      errors: [],
    });
  });

  it('returns valid settings together with the errors of invalid ones', () => {
    const { settings, errors } = readGethToml('[Node.P2P]\nMaxPeers = 5\nDialRatio = 1000\nNoDial = true');
    expect(settings).toEqual({ maxPeers: 5, noDial: true });
    expect(errors).toHaveLength(1);
  });

  it('is written with settings that geth does not have as comments', () => {
    const text = writeGethToml(
      { ...DEFAULT_SETTINGS, dialTimeout: 5, maxPendingOutbound: 9, addresses: ['127.0.0.1', '::1'] },
      { static: [SOME_ENODE], trusted: [] },
    );
    expect(text.split('\n').slice(0, 5)).toEqual([
      '# Settings without a go-ethereum equivalent:',
      '# maxPendingOutbound = 9',
      '# dialTimeout = 5',
      '# addresses = ["127.0.0.1","::1"]',
      '',
    ]);
    expect(text).toContain('ListenAddr = "127.0.0.1:30303"\nDiscAddr = ""\nNAT = "any"\n');
    expect(text).toContain(`StaticNodes = [\n  "${SOME_ENODE}",\n]\nTrustedNodes = []\n`);
    expect(text).not.toContain('BootstrapNodes');
    expect(writeGethLists({ trusted: [SOME_ENODE] })).toBe(
      `[Node.P2P]\nTrustedNodes = [\n  "${SOME_ENODE}",\n]\n`,
    );
  });

  it('hides the secrets of settings as their views do, and says so', () => {
    const text = writeGethToml(
      {
        ...DEFAULT_SETTINGS,
        sentry: 'http://127.0.0.1:9/SECRETPATH?key=SECRETQUERY',
        sentryHeaders: ['A: SECRETHEADER'],
      },
      {},
    );
    expect(text).not.toContain('SECRET');
    expect(text.split('\n').slice(0, 4)).toEqual([
      '# Settings without a go-ethereum equivalent:',
      '# (******** stands for a secret, which is not exported.)',
      '# sentry = "http://127.0.0.1:9/********"',
      '# sentryHeaders = ["A: ********"]',
    ]);
  });
});
