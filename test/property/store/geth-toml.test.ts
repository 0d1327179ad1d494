import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS, type NodeSettings } from '../../../shared/settings-table.ts';
import { readGethToml } from '../../../src-main/store/geth-toml.ts';
import { writeGethToml } from '../../../src-main/store/geth-toml-text.ts';
import { tomlLines } from '../../../src-main/store/toml-lines.ts';

const port = fc.integer({ min: 0, max: 65_535 });
const addresses = fc.constantFrom<string[]>(
  ['0.0.0.0', '::'],
  ['0.0.0.0'],
  ['::'],
  ['127.0.0.1'],
  ['::1'],
  ['2001:db8::7'],
);
const path = fc
  .string({ minLength: 1, maxLength: 40, unit: 'binary' })
  .filter((text) => text.trim() === text);

/** Settings that geth's file can express. */
const settings: fc.Arbitrary<NodeSettings> = fc
  .record({
    name: fc.option(fc.stringMatching(/^[\w.+-]{1,20}$/)),
    maxPeers: fc.integer({ min: 0, max: 10_000 }),
    pending: fc.integer({ min: 1, max: 1_000 }),
    dialRatio: fc.integer({ min: 1, max: 100 }),
    discovery: fc.boolean(),
    discoveryV4: fc.boolean(),
    netRestrict: fc.uniqueArray(fc.constantFrom('10.0.0.0/8', '127.0.0.0/8', '::1/128', 'fd00::/8')),
    nodeDatabase: fc.option(path),
    addresses,
    port,
    udp: fc.option(fc.record({ discoveryAddresses: fc.option(addresses), discoveryPort: port })),
    nat: fc.constantFrom(
      'any',
      'none',
      'upnp',
      'pmp',
      'pmp:10.0.0.1',
      'extip:203.0.113.7',
      'stun:192.0.2.1:3478',
    ),
    noDial: fc.boolean(),
    msgEvents: fc.boolean(),
  })
  .map(({ pending, udp, ...rest }) => ({
    ...DEFAULT_SETTINGS,
    ...rest,
    maxPendingInbound: pending,
    maxPendingOutbound: pending,
    discoveryAddresses:
      udp?.discoveryAddresses?.join() === rest.addresses.join() ? null : (udp?.discoveryAddresses ?? null),
    discoveryPort: udp?.discoveryPort ?? null,
  }));

const texts = fc.array(fc.stringMatching(/^en(r|ode):[!-~]{0,60}$/), { maxLength: 5 });

describe('geth’s TOML', () => {
  test('is read back to the same settings and lists', () => {
    fc.assert(
      fc.property(settings, texts, texts, texts, (values, bootnodes, fixed, trusted) => {
        const text = writeGethToml(values, { bootnodes, static: fixed, trusted });
        const config = readGethToml(text);
        expect(config.errors).toEqual([]);
        expect({ ...DEFAULT_SETTINGS, ...config.settings }).toEqual(values);
        const lines = text.split('\n');
        for (const [list, wanted] of [
          ['bootnodes', bootnodes],
          ['static', fixed],
          ['trusted', trusted],
        ] as const) {
          expect(config.lists[list]?.map((node) => node.text)).toEqual(wanted);
          for (const { line, text: node } of config.lists[list] ?? []) {
            expect(lines[line - 1]).toContain(JSON.stringify(node));
          }
        }
      }),
    );
  });

  test('is read from any text without an exception, and errors are in existing lines', () => {
    const word = fc.constantFrom(
      ...[
        '[Node.P2P]',
        '[Node]',
        'MaxPeers',
        'StaticNodes',
        'NAT',
        'P2P',
        '=',
        '[',
        ']',
        '{',
        '}',
        ',',
        '.',
        '\n',
      ],
      ...[
        '"',
        '""',
        '"""',
        "'",
        "'''",
        '"a"',
        '\\',
        '#',
        '1',
        'true',
        '1979-05-27',
        '__proto__',
        'constructor',
        ' ',
      ],
    );
    const text = fc.oneof(
      fc.array(word, { maxLength: 40 }).map((words) => words.join('')),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (content) => {
        const { errors } = readGethToml(content);
        const last = content.split('\n').length;
        for (const { line } of errors) expect(line >= 1 && line <= last).toBe(true);
        tomlLines(content)(['Node', 'P2P', 'MaxPeers']);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['a deep list', `[Node.P2P]\nStaticNodes = ${'['.repeat(100_000)}`],
    ['deep tables', `[Node.P2P]\nNAT = ${'{a='.repeat(100_000)}`],
    ['a long key', `${'a.'.repeat(100_000)}a = 1`],
    ['a long header', `[${'a.'.repeat(100_000)}a]`],
    ['a long string', `[Node.P2P]\nNAT = "${'\\"'.repeat(1_000_000)}"`],
    ['many blank lines', `${'\n'.repeat(4_000_000)}[Node.P2P]\nNAT = 1`],
    ['many comments', `${'#\n'.repeat(2_000_000)}[Node.P2P]\nNAT = 1`],
    ['many keys', Array.from({ length: 100_000 }, (_, at) => `k${String(at)} = 1`).join('\n')],
    ['many numbers', `[Node.P2P]\nStaticNodes = [${'7,'.repeat(1_500_000)}]`],
    ['many nodes', `[Node.P2P]\nStaticNodes = [${'"x",\n'.repeat(200_000)}7]`],
  ])('with %s is refused in less than 10 s', { timeout: 20_000 }, (_, text) => {
    const started = performance.now();
    expect(readGethToml(text).errors.length).toBeGreaterThan(0);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
