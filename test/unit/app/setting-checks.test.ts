import { execFileSync } from 'node:child_process';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { assertUsable } from '../../../src-main/app/setting-checks.ts';
import { assertDatabasePlace, liesWithin } from '../../../src-main/store/database-place.ts';
import { SOME_ENODE } from '../../support/fake-backend.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let at: (...names: string[]) => string;
beforeEach(async () => {
  folder = await temporaryFolder();
  at = (...names) => join(folder.path, ...names);
  await mkdir(at('data'));
});
afterEach(() => folder.remove());

const check = (change: Parameters<typeof assertUsable>[0], chosen: readonly string[] = []): Promise<void> =>
  assertUsable(change, { dataFolder: at('data'), isChosen: (path) => chosen.includes(path) });
const refusal = (field: string, message: RegExp) => ({
  code: 'invalid-parameters',
  field,
  message: expect.stringMatching(message) as string,
});

describe('new bootnodes', () => {
  const key = SOME_ENODE.slice(0, SOME_ENODE.indexOf('@'));
  test.each([
    ['an unspecified address', [`${key}@0.0.0.0:30303`], /0\.0\.0\.0 is the unspecified address/],
    ['a multicast address', [`${key}@[ff02::1]:30303`], /multicast/],
    ['a reserved address', [`${key}@240.0.0.1:30303`], /reserved/],
    ['the same node twice', [`${key}@127.0.0.1:1`, `${key}@127.0.0.1:2`], /already in the list/],
  ])('are refused for %s, as Add refuses them', async (_, bootnodes, message) => {
    await expect(check({ bootnodes })).rejects.toMatchObject(refusal('bootnodes', message));
  });

  it('are accepted when every address can be a node’s', async () => {
    await expect(check({ bootnodes: [`${key}@127.0.0.1:30303`] })).resolves.toBeUndefined();
    await expect(check({ bootnodes: [] })).resolves.toBeUndefined();
  });
});

describe('a new path', () => {
  it('of the log file must be in the log folder, or chosen by the user, and have no other content', async () => {
    await mkdir(at('data', 'logs'));
    await expect(check({ logFile: at('data', 'logs', 'mine.log') })).resolves.toBeUndefined();
    for (const path of [at('data', 'settings.json'), at('mine.log'), at('data', 'logs', '..', 'nodekey')]) {
      await expect(check({ logFile: path })).rejects.toMatchObject(refusal('logFile', /outside the folder/));
    }
    await expect(check({ logFile: at('mine.log') }, [at('mine.log')])).resolves.toBeUndefined();
    await writeFile(at('mine.log'), 'a letter');
    await expect(check({ logFile: at('mine.log') }, [at('mine.log')])).rejects.toMatchObject(
      refusal('logFile', /has other content/),
    );
    await expect(check({ logFile: 'mine.log' })).rejects.toMatchObject(refusal('logFile', /absolute/));
  });

  it('of the node key must be a regular file with a key', async () => {
    await writeFile(at('key'), '1f'.repeat(32), { mode: 0o600 });
    await writeFile(at('large'), 'ab'.repeat(600_000));
    await expect(check({ nodeKey: at('key') })).resolves.toBeUndefined();
    await expect(check({ nodeKey: null })).resolves.toBeUndefined();
    await expect(check({ nodeKey: at('data') })).rejects.toMatchObject(refusal('nodeKey', /is a folder/));
    await expect(check({ nodeKey: at('none') })).rejects.toMatchObject(refusal('nodeKey', /does not exist/));
    await expect(check({ nodeKey: at('large') })).rejects.toMatchObject(refusal('nodeKey', /larger than/));
    await expect(check({ nodeKey: 'key' })).rejects.toMatchObject(refusal('nodeKey', /must be absolute/));
    if (process.platform === 'win32') return;
    execFileSync('mkfifo', [at('pipe')]);
    await expect(check({ nodeKey: at('pipe') })).rejects.toMatchObject(refusal('nodeKey', /named pipe/));
    await expect(check({ nodeKey: '/dev/zero' })).rejects.toMatchObject(refusal('nodeKey', /device/));
  });

  it('of the genesis must be a genesis file of at most 1 MiB', async () => {
    await writeFile(at('bad.json'), '{"config": 7}');
    await writeFile(at('large.json'), ' '.repeat(1_048_577));
    await expect(check({ genesis: at('bad.json') })).rejects.toMatchObject(refusal('genesis', /bad\.json/));
    await expect(check({ genesis: at('large.json') })).rejects.toMatchObject(
      refusal('genesis', /larger than/),
    );
    await expect(check({ genesis: at('data') })).rejects.toMatchObject(refusal('genesis', /is a folder/));
  });

  it('of the database must be in the data folder, unless the user chose it', async () => {
    await expect(check({ nodeDatabase: at('data', 'new', 'db') })).resolves.toBeUndefined();
    await expect(check({ nodeDatabase: at('elsewhere') })).rejects.toMatchObject(
      refusal('nodeDatabase', /outside the data folder/),
    );
    await expect(check({ nodeDatabase: at('data', '..', 'elsewhere') })).rejects.toMatchObject({
      field: 'nodeDatabase',
    });
    await expect(check({ nodeDatabase: at('elsewhere') }, [at('elsewhere')])).resolves.toBeUndefined();
    await symlink(folder.path, at('data', 'link'));
    await expect(check({ nodeDatabase: at('data', 'link', 'x') })).rejects.toMatchObject({
      field: 'nodeDatabase',
    });
    expect(await readdir(folder.path)).toEqual(['data']);
    expect(await liesWithin(at('data'), at('data-other'))).toBe(false);
    expect(await liesWithin(at('data'), at('data', '..x'))).toBe(true);
  });

  it('of the JWT secret must be one that the user chose, with a secret', async () => {
    await writeFile(at('jwt.hex'), 'ab'.repeat(32));
    await writeFile(at('short.hex'), 'ab');
    await expect(check({ sentryJwt: at('jwt.hex') })).rejects.toMatchObject(refusal('sentryJwt', /Choose…/));
    await expect(check({ sentryJwt: at('none') })).rejects.toMatchObject(refusal('sentryJwt', /Choose…/));
    await expect(check({ sentryJwt: at('jwt.hex') }, [at('jwt.hex')])).resolves.toBeUndefined();
    await expect(check({ sentryJwt: at('short.hex') }, [at('short.hex')])).rejects.toMatchObject(
      refusal('sentryJwt', /must have 64 hex digits/),
    );
    await expect(check({ sentryJwt: null })).resolves.toBeUndefined();
  });
});

describe('the folder of a database', () => {
  test.skipIf(process.platform === 'win32').each([
    ['/etc/enodeck', /folder of the system/],
    ['/usr', /folder of the system/],
    ['/proc/self/x', /folder of the system/],
    ['/dev', /folder of the system/],
    ['/tmp/../etc/x', /folder of the system/],
    ['/', /shared by others/],
    ['/home', /shared by others/],
    ['/var', /shared by others/],
  ])('must not be %s', async (path, message) => {
    await expect(assertDatabasePlace(path)).rejects.toThrow(message);
  });

  it('must not be in a system folder through a link', async () => {
    await symlink('/etc', at('link'));
    await expect(assertDatabasePlace(at('link', 'enodeck'))).rejects.toThrow(/folder of the system/);
  });

  it('must be a folder without other files', async () => {
    await writeFile(at('data', 'letter.txt'), 'x');
    await expect(assertDatabasePlace(at('data'))).rejects.toThrow(/other files in it \(letter\.txt\)/);
    await expect(assertDatabasePlace(at('data', 'letter.txt'))).rejects.toThrow(/not a folder/);
    await expect(assertDatabasePlace(at('data', 'letter.txt', 'x'))).rejects.toThrow(/below a file/);
    await writeFile(at('data', 'CURRENT'), 'MANIFEST-000001\n');
    await expect(assertDatabasePlace(at('data'))).resolves.toBeUndefined();
  });
});
