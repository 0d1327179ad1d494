import { isAbsolute } from 'node:path';
import {
  SETTINGS,
  type NodeSettings,
  type SettingKey,
  type SettingsChange,
} from '../../shared/settings-table.ts';
import { formatNumber } from '../../shared/format.ts';
import { withoutFullStop } from '../../shared/causes/sentences.ts';
import { CHAIN_SETTING_KEYS } from '../../shared/settings/chain.ts';
import { ApiError } from '../api/api-error.ts';
import type { ArchiveStore } from '../archive/archive-store.ts';
import { openBlockFile } from '../archive/block-file.ts';
import { unlessImported } from '../archive/unless-imported.ts';
import { withBlockFile } from '../archive/with-block-file.ts';
import { describeError } from '../base/errors.ts';
import { bytesToUtf8 } from '../base/bytes.ts';
import { FileError, readRegularFile } from '../base/regular-file.ts';
import type { Clock } from '../base/runtime.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import { RpcError } from '../sentry/errors.ts';
import { parseJwtSecret } from '../sentry/jwt.ts';
import { parseRpcEndpoint, type RpcEndpoint } from '../sentry/rpc-endpoint.ts';
import type { EffectiveSettings } from './effective-settings.ts';
import { OptionError } from './launch-options.ts';

/** BOUNDED: bytes of a file with a JWT secret; it has 64 hex digits. */
const MAX_JWT_FILE = 1_024;

/** BOUNDED: characters of all headers, and of all paths, that are saved: settings.json has a largest size. */
const MAX_SAVED_HEADERS = 16_384;
const MAX_SAVED_PATHS = 32_768;

/** The settings of the source `sentry`. */
export type SentrySettings = Pick<NodeSettings, 'sentry' | 'sentryJwt' | 'sentryHeaders'>;

/** Settings that choose no source, and have no effect without a client. */
const CLIENT_ONLY_KEYS = ['sentryJwt', 'sentryHeaders'] as const;

/** Reads the secret of a JWT file, 32 bytes. @throws OptionError naming the file; RpcError `bad-jwt-secret` */
export async function readJwtFile(path: string): Promise<Uint8Array> {
  try {
    return parseJwtSecret(bytesToUtf8((await readRegularFile(path, MAX_JWT_FILE)).bytes));
  } catch (cause) {
    if (!(cause instanceof FileError)) throw cause;
    throw new OptionError(`The file ${path} ${cause.message}.`, { cause });
  }
}

/**
 * Refuses options of the command line for a client where none is the source: they would have no effect. Saved settings and
 * variables may wait for one.
 * @throws OptionError
 */
export function assertClientChosen(settings: Pick<EffectiveSettings, 'current' | 'sourceOf'>): void {
  const { chain } = settings.current();
  if (chain === 'sentry') return;
  const key = CLIENT_ONLY_KEYS.find((each) => settings.sourceOf(each) === 'flag');
  if (key === undefined) return;
  throw new OptionError(
    `The option “${SETTINGS[key].title}” is for an execution client, but the chain source is ${chain}: name the client with “${SETTINGS.sentry.title}”, or leave the option out.`,
  );
}

/**
 * The RPC of the client that the settings name.
 * @throws OptionError, RpcError; `sentrySettingOf` has the setting at fault
 */
export async function sentryEndpointOf(settings: SentrySettings, clock: Clock): Promise<RpcEndpoint> {
  const { sentry, sentryJwt, sentryHeaders: headers } = settings;
  if (sentry === null) {
    throw new OptionError('The chain source is sentry, but no execution client is set.');
  }
  const jwtSecret = sentryJwt === null ? undefined : await readJwtFile(sentryJwt);
  return parseRpcEndpoint(sentry, { jwtSecret, headers }, clock);
}

/**
 * Opens and closes each file, so that a wrong name is known before the import. A file that was imported may be missing.
 * @throws ArchiveError naming the file; StoreError
 */
export async function assertImportable(files: readonly string[], store: ArchiveStore): Promise<void> {
  for (const path of files) await unlessImported(path, store, () => assertBlockFile(path));
}

/** @throws ArchiveError naming the file */
async function assertBlockFile(path: string): Promise<void> {
  await withBlockFile(path, openBlockFile, () => Promise.resolve());
}

/**
 * Checks a change of the source of the chain together with what is set already, so that nothing is saved that would
 * prevent the next start.
 * @throws ApiError `invalid-parameters` with a changed setting as its field
 */
export async function assertChainUsable(
  change: SettingsChange,
  upcoming: NodeSettings,
  clock: Clock,
): Promise<void> {
  const changed = CHAIN_SETTING_KEYS.filter((key) => change[key] !== undefined);
  const [first] = changed;
  if (first === undefined) return;
  const { chainImport: files } = change;
  const next = { ...upcoming, ...withoutUndefined(change) };
  let key: SettingKey = 'chainImport';
  try {
    if (files !== undefined) await assertNewFiles(files, upcoming.chainImport);
    key = 'sentryHeaders';
    assertLength(change.sentryHeaders ?? [], MAX_SAVED_HEADERS, 'Give fewer headers');
    if (next.chain !== 'sentry') return;
    key = 'sentry';
    await sentryEndpointOf(next, clock);
  } catch (cause) {
    const fault = key === 'sentry' ? sentrySettingOf(cause, next) : key;
    const field = changed.find((each) => each === fault) ?? first;
    throw new ApiError('invalid-parameters', `${withoutFullStop(describeError(cause))}.`, field, { cause });
  }
}

/** Files that are set already are not opened: they may have been imported and deleted since. */
async function assertNewFiles(files: readonly string[], before: readonly string[]): Promise<void> {
  assertLength(files, MAX_SAVED_PATHS, 'Import them with the command chain import');
  const relative = files.find((path) => !isAbsolute(path));
  if (relative !== undefined) {
    throw new OptionError(`The path ${relative} must be absolute, from the root of the file system on.`);
  }
  for (const path of files) if (!before.includes(path)) await assertBlockFile(path);
}

/** @throws OptionError for texts with more than `max` characters */
function assertLength(texts: readonly string[], max: number, advice: string): void {
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  if (length <= max) return;
  throw new OptionError(
    `All values together have ${formatNumber(length)} characters, more than ${formatNumber(max)}. ${advice}.`,
  );
}

/** The setting that a failure of `sentryEndpointOf` is about. */
export function sentrySettingOf(error: unknown, { sentryJwt }: SentrySettings): SettingKey {
  if (error instanceof RpcError && error.code === 'bad-rpc-header') return 'sentryHeaders';
  const isOfFile = error instanceof OptionError && error.cause instanceof FileError;
  if (isOfFile || (error instanceof RpcError && error.code === 'bad-jwt-secret')) {
    return sentryJwt === null ? 'sentry' : 'sentryJwt';
  }
  return 'sentry';
}
