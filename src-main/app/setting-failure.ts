import { SETTING_KEYS, SETTINGS, type NodeSettings, type SettingKey } from '../../shared/settings-table.ts';
import { shownValue } from '../../shared/setting-spec.ts';
import { CHAIN_SETTING_KEYS } from '../../shared/settings/chain.ts';
import type { NodeFailure } from '../../shared/model/node.ts';
import { ApiError, isOwnError } from '../api/api-error.ts';
import { MetricsError } from '../api/metrics-error.ts';
import { UdpError } from './udp-error.ts';
import { ROOT_KEYS, type EffectiveSettings } from './effective-settings.ts';
import { EnodeckError, asFailure } from '../base/errors.ts';
import { NameServerError } from '../base/dns-resolver.ts';
import { ServerError } from '../server/errors.ts';
import { SettingsError } from '../store/errors.ts';
import { isSameValue } from '../store/settings-store.ts';

/** A setting that prevents the start. The code is that of the cause. */
export class SettingFailure extends EnodeckError {
  readonly setting: SettingKey;

  constructor(setting: SettingKey, message: string, cause: EnodeckError) {
    super('settings', cause.code, message, { cause });
    this.setting = setting;
  }
}

/** Settings of what was not opened when one of them was set aside, whatever its value is now. */
const OPENED_ONCE: readonly SettingKey[] = [...ROOT_KEYS, ...CHAIN_SETTING_KEYS];

/** Longer values are truncated in a message, characters. */
const MAX_VALUE = 200;

/** Settings that were set aside when the program started. */
export interface BlockedSettings {
  /** The fault of each; the node does not start until they are changed. */
  readonly blockedBy: ReadonlyMap<SettingKey, EnodeckError>;
  readonly settings: EffectiveSettings;
}

/**
 * Refuses a start with the defaults of settings that were set aside.
 * @throws SettingFailure while one is unchanged; ApiError `restart-needed` when a changed one needs a restart of the program
 */
export function assertNoneSetAside({ blockedBy, settings }: BlockedSettings): void {
  for (const [key, error] of blockedBy) {
    if (settings.isSetAside(key)) {
      throw error instanceof SettingFailure ? error : new SettingFailure(key, error.message, error);
    }
    const isEffective = isSameValue(settings.current()[key], settings.upcoming()[key]);
    if (isEffective && !OPENED_ONCE.includes(key)) continue;
    const message = `“${SETTINGS[key].title}” was changed: quit Enodeck and start it again.`;
    throw new ApiError('restart-needed', message);
  }
}

/** The failure of a node that did not start, for its status. */
export function startFailureOf(error: unknown): NodeFailure {
  const key = error instanceof SettingFailure ? error.setting : undefined;
  return {
    ...asFailure(error),
    setting: key === undefined ? null : { key, title: SETTINGS[key].title },
  };
}

/** Runs an action that depends on one setting; its failure then has the setting's name, value and origin. */
export async function attributeFailure<Result>(
  settings: EffectiveSettings,
  key: SettingKey,
  act: () => Promise<Result> | Result,
): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw withSetting(settings, key, error);
  }
}

/** The error of a failed start, with the setting that caused it if there is one. */
export function attributeToSetting(settings: EffectiveSettings, error: unknown): unknown {
  const key = settingOf(settings.current(), error);
  return key === undefined ? error : withSetting(settings, key, error);
}

/** The setting that a failure names, or whose value in the settings file is invalid. */
export function failedSettingOf(error: unknown): SettingKey | undefined {
  if (error instanceof SettingFailure) return error.setting;
  if (!(error instanceof SettingsError)) return undefined;
  return SETTING_KEYS.find((key) => key === error.member);
}

/** Adds name, value and origin of the setting to the message. */
function withSetting(settings: EffectiveSettings, key: SettingKey, error: unknown): unknown {
  if (!isOwnError(error) || error instanceof SettingFailure) return error;
  const shown = shownValue(SETTINGS[key], settings.current()[key]);
  const text = shown === null ? 'not set' : JSON.stringify(shown);
  const value = text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
  const origin = `The setting “${SETTINGS[key].title}” is ${value}, ${settings.originOf(key)}.`;
  const message = `${error.message.replace(/[.:]?$/, '.')} ${origin}`;
  return new SettingFailure(key, message, error);
}

function settingOf(settings: NodeSettings, error: unknown): SettingKey | undefined {
  if (error instanceof NameServerError) return 'dnsServer';
  if (error instanceof MetricsError)
    return error.code === 'address-not-available' ? 'metricsAddress' : 'metricsPort';
  if (error instanceof UdpError) {
    if (error.code !== 'address-not-available')
      return settings.discoveryPort === null ? 'port' : 'discoveryPort';
    return settings.discoveryAddresses === null ? 'addresses' : 'discoveryAddresses';
  }
  if (!(error instanceof ServerError)) return undefined;
  return error.code === 'address-not-available' ? 'addresses' : 'port';
}
