import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FuseV1Options } from '@electron/fuses';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { FUSE_NAMES } from '../../../shared/model/about.ts';
import { findFuses, fuseFile, readFuses } from '../../../src-main/desktop/fuse-wire.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = await temporaryFolder();
afterAll(() => folder.remove());

const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const wire = (states: string, version = 1, length = states.length): Uint8Array =>
  new TextEncoder().encode(
    `${SENTINEL}${String.fromCharCode(version)}${String.fromCharCode(length)}${states}`,
  );

describe('the fuses of a binary', () => {
  test('are read by their position', () => {
    expect(findFuses(wire('01r10100'))).toEqual([
      { name: 'runAsNode', state: 'off' },
      { name: 'enableCookieEncryption', state: 'on' },
      { name: 'enableNodeOptionsEnvironmentVariable', state: 'removed' },
      { name: 'enableNodeCliInspectArguments', state: 'on' },
      { name: 'enableEmbeddedAsarIntegrityValidation', state: 'off' },
      { name: 'onlyLoadAppFromAsar', state: 'on' },
      { name: 'loadBrowserProcessSpecificV8Snapshot', state: 'off' },
      { name: 'grantFileProtocolExtraPrivileges', state: 'off' },
    ]);
  });

  test('of an older binary are fewer, and those of a newer one beyond ours are left out', () => {
    expect(findFuses(wire('0101'))).toHaveLength(4);
    expect(findFuses(wire('0101010101'))).toHaveLength(FUSE_NAMES.length);
  });

  test.each([
    ['no sentinel', new TextEncoder().encode('x'.repeat(64))],
    ['another version', wire('01010101', 2)],
    ['an unknown state', wire('01x10100')],
    ['a wire that ends too early', wire('0101', 1, 8)],
    ['a wire that is too long', wire('0', 1, 200)],
    ['nothing after the sentinel', new TextEncoder().encode(SENTINEL)],
    ['nothing', new Uint8Array()],
  ])('are unknown with %s', (_name, bytes) => {
    expect(findFuses(bytes)).toBeUndefined();
  });

  test('are found wherever the wire lies, also across two chunks', async () => {
    const file = join(folder.path, 'binary');
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 80, max: 200 }),
        async (at, chunk) => {
          const bytes = new Uint8Array(at + 100).fill(0x64);
          bytes.set(wire('10000001'), at);
          await writeFile(file, bytes);
          expect(await readFuses(file, chunk)).toHaveLength(8);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('are unknown for a file that is missing or has none', async () => {
    expect(await readFuses(join(folder.path, 'none'))).toBeNull();
    const file = join(folder.path, 'other');
    await writeFile(file, 'd'.repeat(10_000));
    expect(await readFuses(file, 100)).toBeNull();
  });

  test('are in the framework on macOS, in the executable elsewhere', () => {
    expect(fuseFile('/opt/enodeck/enodeck', 'linux')).toBe('/opt/enodeck/enodeck');
    expect(fuseFile('/A/Contents/MacOS/Enodeck', 'darwin')).toMatch(
      /^\/A\/Contents\/Frameworks\/Electron Framework\.framework\//,
    );
  });
});

test('the names are in the order of the binary', () => {
  const names = Object.entries(FuseV1Options).filter(([, position]) => typeof position === 'number');
  names.sort(([, a], [, b]) => Number(a) - Number(b));
  expect(FUSE_NAMES.map((name) => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`)).toEqual(
    names.slice(0, FUSE_NAMES.length).map(([name]) => name),
  );
});
