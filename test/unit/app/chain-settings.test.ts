import { copyFile, rm, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS, type NodeSettings, type SettingsChange } from '../../../shared/settings-table.ts';
import {
  assertChainUsable,
  assertClientChosen,
  assertImportable,
  readJwtFile,
  sentryEndpointOf,
  sentrySettingOf,
  type SentrySettings,
} from '../../../src-main/app/chain-settings.ts';
import { ArchiveStore } from '../../../src-main/archive/archive-store.ts';
import { EffectiveSettings } from '../../../src-main/app/effective-settings.ts';
import { OptionError } from '../../../src-main/app/launch-options.ts';
import { SettingsStore } from '../../../src-main/store/settings-store.ts';
import { BLOCK_FILES, importPath, testchain } from '../../support/block-files.ts';
import { folderOfTest } from '../../support/folder-of-test.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const folder = folderOfTest();
const SECRET = 'ab'.repeat(32);

const NOTHING: SentrySettings = { sentry: null, sentryJwt: null, sentryHeaders: [] };
const settingsOf = (change: Partial<SentrySettings>): SentrySettings => ({
  ...NOTHING,
  sentry: 'http://127.0.0.1:8545',
  ...change,
});

/** What the settings are refused with, and the setting at fault. */
async function refusalOf(settings: SentrySettings): Promise<readonly [string, string]> {
  try {
    await sentryEndpointOf(settings, new VirtualClock());
  } catch (error) {
    return [sentrySettingOf(error, settings), (error as Error).message];
  }
  throw new Error('the settings were accepted');
}

describe('the client of the settings', () => {
  test('is reached with a token of the JWT file and the headers', async () => {
    await writeFile(folder.path('jwt.hex'), `0x${SECRET}\n`);
    const settings = settingsOf({ sentryJwt: folder.path('jwt.hex'), sentryHeaders: ['X-Key: a'] });
    const { label, headers } = await sentryEndpointOf(settings, new VirtualClock());
    expect(label).toBe('http://127.0.0.1:8545');
    expect(headers()).toMatchObject({
      'x-key': 'a',
      authorization: expect.stringMatching(/^Bearer /) as unknown,
    });
  });

  test('must be named', async () => {
    expect(await refusalOf(NOTHING)).toEqual([
      'sentry',
      'The chain source is sentry, but no execution client is set.',
    ]);
  });

  test('is refused with the setting at fault, and without its secret', async () => {
    await writeFile(folder.path('short.hex'), SECRET.slice(2));
    await writeFile(folder.path('long.hex'), SECRET.repeat(100));
    const missing = folder.path('none.hex');
    expect(await refusalOf(settingsOf({ sentryJwt: missing }))).toEqual([
      'sentryJwt',
      `The file ${missing} does not exist.`,
    ]);
    const [key, message] = await refusalOf(settingsOf({ sentryJwt: folder.path('short.hex') }));
    expect([key, message]).toEqual([
      'sentryJwt',
      'The JWT secret is not valid: the file must have 64 hex digits, as geth’s jwtsecret, and nothing else',
    ]);
    expect((await refusalOf(settingsOf({ sentryJwt: folder.path('long.hex') })))[0]).toBe('sentryJwt');
    expect(await refusalOf(settingsOf({ sentryHeaders: ['X-Key: one', 'x-key: two'] }))).toEqual([
      'sentryHeaders',
      'The HTTP header x-key is not valid: it is given twice',
    ]);
    expect((await refusalOf(settingsOf({ sentry: '/geth.ipc', sentryHeaders: ['X-Key: one'] })))[0]).toBe(
      'sentry',
    );
  });
});

test('a JWT file is read as geth reads it', async () => {
  await writeFile(folder.path('jwt.hex'), ` ${SECRET.toUpperCase()} `);
  expect(await readJwtFile(folder.path('jwt.hex'))).toEqual(new Uint8Array(32).fill(0xab));
});

describe('options for a client', () => {
  const jwt = { sentryJwt: '/jwt.hex' };
  const headers = { sentryHeaders: ['X-Key: secret'] };

  /** @param sources of the values; those that the user has saved are neither of flags nor of variables */
  const check = async (
    values: Partial<NodeSettings>,
    saved: SettingsChange = {},
    source: 'flag' | 'environment' = 'flag',
  ) => {
    const store = await SettingsStore.open(folder.path('settings.json'));
    await store.update(saved);
    const sources = Object.fromEntries(Object.keys(values).map((key) => [key, source]));
    const launch = { demo: false, settings: { values, sources } };
    const settings = new EffectiveSettings({ folder: store, root: store }, launch);
    return () => {
      assertClientChosen(settings);
    };
  };

  test.each([
    [jwt, {}, 'JWT secret of the client', 'none'],
    [headers, {}, 'HTTP headers for the client', 'none'],
    [{ ...jwt, ...headers }, {}, 'JWT secret of the client', 'none'],
    [{ ...jwt, chain: 'archive' }, {}, 'JWT secret of the client', 'archive'],
    [jwt, { sentry: 'http://a', chain: 'none' }, 'JWT secret of the client', 'none'],
  ] as const)('%j are refused without one', async (values, saved, title, source) => {
    expect(await check(values, saved)).toThrow(
      new OptionError(
        `The option “${title}” is for an execution client, but the chain source is ${source}: name the client with “Execution client”, or leave the option out.`,
      ),
    );
  });

  test('are taken with one, and may stay in the settings and the environment without one', async () => {
    const sentry = { chain: 'sentry', sentry: 'http://a' } as const;
    expect(await check({ ...jwt, ...headers, ...sentry })).not.toThrow();
    expect(await check({ ...jwt, ...headers }, {}, 'environment')).not.toThrow();
    expect(await check({}, { ...jwt, ...headers })).not.toThrow();
    expect(await check({ ...jwt, ...headers }, sentry)).not.toThrow();
  });
});

test('a file to import may be missing once it was imported', async () => {
  const file = folder.path('chain.rlp');
  const store = await ArchiveStore.open(folder.path('chain'));
  folder.atEnd(() => store.close());
  await copyFile(BLOCK_FILES.testchainRlp, file);
  await importPath(file, store, await testchain());
  await rm(file);
  await expect(assertImportable([file, BLOCK_FILES.testchainEre], store)).resolves.toBeUndefined();
  const other = folder.path('other.rlp');
  await expect(assertImportable([file, other], store)).rejects.toMatchObject({
    code: 'archive-malformed',
    message: `${other}: it does not exist, and its import was not finished: put it back, or remove it from “Files to import”.`,
  });
});

describe('a change of the source', () => {
  const check = (change: SettingsChange, upcoming: Partial<NodeSettings> = {}): Promise<void> =>
    assertChainUsable(change, { ...DEFAULT_SETTINGS, ...upcoming }, new VirtualClock());
  const refusal = (field: string, message: RegExp) => ({
    code: 'invalid-parameters',
    field,
    message: expect.stringMatching(message) as unknown,
  });

  test('to a client needs its address, which then cannot be removed', async () => {
    const sentry = 'http://127.0.0.1:8545';
    await expect(check({ chain: 'sentry' })).rejects.toMatchObject(
      refusal('chain', /no execution client is set/),
    );
    await expect(check({ chain: 'sentry', sentry })).resolves.toBeUndefined();
    await expect(check({ chain: 'sentry' }, { sentry })).resolves.toBeUndefined();
    await expect(check({ sentry: null }, { sentry, chain: 'sentry' })).rejects.toMatchObject(
      refusal('sentry', /no execution client is set/),
    );
    await expect(check({ sentry: null }, { sentry })).resolves.toBeUndefined();
  });

  test('is checked together with what is set', async () => {
    const upcoming = { chain: 'sentry', sentry: '/geth.ipc' } as const;
    await expect(check({ sentryHeaders: ['a: b'] }, upcoming)).rejects.toMatchObject(
      refusal('sentryHeaders', /an IPC socket takes neither/),
    );
    await expect(check({ maxPeers: 3 }, upcoming)).resolves.toBeUndefined();
  });

  test('to files needs absolute paths of files with blocks', async () => {
    await writeFile(folder.path('text'), 'no blocks');
    const files = (...chainImport: string[]) => check({ chain: 'archive', chainImport });
    await expect(files(BLOCK_FILES.testchainEre)).resolves.toBeUndefined();
    await expect(files('chain.rlp')).rejects.toMatchObject(refusal('chainImport', /must be absolute/));
    await expect(files(folder.path('none'))).rejects.toMatchObject(
      refusal('chainImport', /none: it does not exist/),
    );
    await expect(files(BLOCK_FILES.testchainEre, folder.path('text'))).rejects.toMatchObject(
      refusal('chainImport', /it is no file with blocks/),
    );
    await expect(check({ chain: 'archive' })).resolves.toBeUndefined();
  });

  test('keeps files that are set already, although they were deleted', async () => {
    const gone = folder.path('gone.era1');
    const change = { chainImport: [gone, BLOCK_FILES.testchainEre] };
    await expect(check(change, { chain: 'archive', chainImport: [gone] })).resolves.toBeUndefined();
    await expect(check(change, { chain: 'archive' })).rejects.toMatchObject(
      refusal('chainImport', /gone\.era1: it does not exist/),
    );
  });

  test('is not saved when settings.json would be too large to be read', async () => {
    const sentryHeaders = Array.from({ length: 5 }, (_, at) => `X-${String(at)}: ${'a'.repeat(4_000)}`);
    await expect(check({ sentryHeaders })).rejects.toMatchObject(
      refusal(
        'sentryHeaders',
        /^All values together have 20,025 characters, more than 16,384\. Give fewer headers\.$/,
      ),
    );
    const chainImport = Array.from({ length: 20 }, (_, at) => `/${String(at).padStart(3_000, 'x')}`);
    await expect(check({ chainImport })).rejects.toMatchObject(
      refusal('chainImport', /Import them with the command chain import/),
    );
  });
});
