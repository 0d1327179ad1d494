import { HIDDEN_TEXT, shownRpcAddress } from '../../shared/rpc-address-text.ts';
import { shownValue, type SettingSpec } from '../../shared/setting-spec.ts';
import {
  SETTING_KEYS,
  SETTINGS,
  type NodeSettings,
  type SettingKey,
  type SettingsChange,
} from '../../shared/settings-table.ts';
import type { SettingValue } from '../../shared/model/settings.ts';
import { ApiError } from '../api/api-error.ts';

/**
 * A change of settings with the secrets that the sender was not shown: a text that is what `current` shows becomes that of
 * `current`. Who changes the address of the client must know the headers and choose the JWT secret that are sent there.
 * @param overridden settings of the command line and the environment that were changed since: they return at the next start
 * @throws ApiError `invalid-parameters` for a hidden text that `current` does not have, and for a new address with secrets that
 *   the change does not give
 */
export function withSecrets(
  change: SettingsChange,
  current: NodeSettings,
  overridden: readonly SettingKey[] = [],
): SettingsChange {
  assertSecretsStay(change, current, overridden);
  const changes = SETTING_KEYS.flatMap((key) => {
    const value = change[key];
    const spec: SettingSpec = SETTINGS[key];
    if (value === undefined || spec.shown === undefined) return [];
    return [[key, unhidden(key, spec, value, current[key])] as const];
  });
  return { ...change, ...Object.fromEntries(changes) };
}

/** Refuses to send headers and tokens to another address that the sender of the change was not shown, or did not choose. */
function assertSecretsStay(
  { sentry, sentryHeaders, sentryJwt }: SettingsChange,
  current: NodeSettings,
  overridden: readonly SettingKey[],
): void {
  if (typeof sentry !== 'string' || originOf(sentry) === originOf(current.sentry)) return;
  const headers = sentryHeaders?.filter((line) => line.includes(HIDDEN_TEXT)) ?? current.sentryHeaders;
  const keepsJwt = current.sentryJwt !== null && (sentryJwt === undefined || sentryJwt === current.sentryJwt);
  if (headers.length > 0) throw otherAddress('sentryHeaders', 'reset it, and give it again after the change');
  if (keepsJwt) throw otherAddress('sentryJwt', 'reset it, and choose it again after the change');
  const returning = (['sentryHeaders', 'sentryJwt'] as const).find((key) => overridden.includes(key));
  if (returning === undefined) return;
  throw otherAddress(
    returning,
    'the command line or the environment gives it again at the next start; remove it there',
  );
}

function otherAddress(key: SettingKey, advice: string): ApiError {
  const message = `The setting “${SETTINGS[key].title}” was given for another address: ${advice}.`;
  return new ApiError('invalid-parameters', message, 'sentry');
}

/** The part of an address that is shown; undefined for none. */
function originOf(address: string | null): string | undefined {
  return address === null ? undefined : shownRpcAddress(address).replace(`/${HIDDEN_TEXT}`, '');
}

function unhidden(
  key: string,
  spec: Pick<SettingSpec, 'title' | 'shown'>,
  value: SettingValue,
  current: SettingValue,
): SettingValue {
  const known = textsOf(current);
  const whole = (text: string): string => {
    if (!text.includes(HIDDEN_TEXT)) return text;
    const found = known.find((each) => shownValue(spec, each) === text);
    if (found !== undefined) return found;
    const message = `“${spec.title}” has a hidden part, ${HIDDEN_TEXT}, whose text is not known: write it again.`;
    throw new ApiError('invalid-parameters', message, key);
  };
  if (typeof value === 'string') return whole(value);
  return typeof value === 'object' && value !== null ? value.map(whole) : value;
}

function textsOf(value: SettingValue): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? value : [];
}
