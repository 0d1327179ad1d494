import type { NodeSettings, SettingKey } from '../../shared/settings-table.ts';
import { bytesToUtf8 } from '../base/bytes.ts';
import { FileError, readRegularFile } from '../base/regular-file.ts';
import type { Clock } from '../base/runtime.ts';
import { RpcError } from '../sentry/errors.ts';
import { parseJwtSecret } from '../sentry/jwt.ts';
import { parseRpcEndpoint, type RpcEndpoint } from '../sentry/rpc-endpoint.ts';
import { OptionError } from './launch-options.ts';

/** BOUNDED: bytes of a file with a JWT secret; it has 64 hex digits. */
const MAX_JWT_FILE = 1_024;

/** The settings of the source `sentry`. */
export type SentrySettings = Pick<NodeSettings, 'sentry' | 'sentryJwt' | 'sentryHeaders'>;

/** Settings of the source of the chain; one that was set aside leaves the node without a source. */
export const CHAIN_SETTING_KEYS = [
  'chain',
  'sentry',
  'sentryJwt',
  'sentryHeaders',
  'chainImport',
] as const satisfies readonly SettingKey[];

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
 * The RPC of the client that the settings name.
 * @throws OptionError, RpcError; `sentrySettingOf` has the setting at fault
 */
export async function sentryEndpointOf(settings: SentrySettings, clock: Clock): Promise<RpcEndpoint> {
  const { sentry, sentryJwt, sentryHeaders: headers } = settings;
  if (sentry === null) throw new OptionError('The chain source is sentry, but no execution client is set.');
  const jwtSecret = sentryJwt === null ? undefined : await readJwtFile(sentryJwt);
  return parseRpcEndpoint(sentry, { jwtSecret, headers }, clock);
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
