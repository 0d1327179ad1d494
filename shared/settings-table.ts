import { z } from 'zod';
import type { SettingSpec } from './setting-spec.ts';
import { ADDRESS_SETTINGS, TRAFFIC_SETTINGS } from './settings/connectivity.ts';
import { CHAIN_SETTINGS } from './settings/chain.ts';
import { DESKTOP_SETTINGS } from './settings/desktop.ts';
import { DISCOVERY_SETTINGS } from './settings/discovery.ts';
import { LOG_SETTINGS } from './settings/log.ts';
import { NETWORK_SETTINGS, NODE_SETTINGS } from './settings/network.ts';
import { DIALLING_SETTINGS, PEER_SETTINGS } from './settings/peers.ts';
import { METRICS_SETTINGS } from './settings/metrics.ts';
import { PROTOCOL_SETTINGS } from './settings/protocols.ts';
import { RETENTION_SETTINGS } from './settings/retention.ts';
import { INTERFACE_SETTINGS } from './settings/interfaces.ts';

/*
 * Every setting of the node, by group in settings/: schema, default, texts, flag, and when a change takes effect.
 * settings.json, the command line, the environment (`ENODECK_` and the flag in capitals, `.` and `-` as `_`), the
 * window's form and enodeck_settings derive from this table. Defaults are those of go-ethereum (node/defaults.go,
 * p2p/config.go) where it has one.
 */

/** Every setting, in the order of the form. */
export const SETTINGS = {
  ...NODE_SETTINGS,
  ...RETENTION_SETTINGS,
  ...NETWORK_SETTINGS,
  ...PEER_SETTINGS,
  ...DIALLING_SETTINGS,
  ...DISCOVERY_SETTINGS,
  ...ADDRESS_SETTINGS,
  ...TRAFFIC_SETTINGS,
  ...PROTOCOL_SETTINGS,
  ...CHAIN_SETTINGS,
  ...INTERFACE_SETTINGS,
  ...LOG_SETTINGS,
  ...METRICS_SETTINGS,
  ...DESKTOP_SETTINGS,
} as const satisfies Record<string, SettingSpec>;

/** A setting's key in settings.json. */
export type SettingKey = keyof typeof SETTINGS;

/** The values of all settings. */
export type NodeSettings = { readonly [Key in SettingKey]: z.output<(typeof SETTINGS)[Key]['schema']> };

/** Every key, in the order of the table. */
export const SETTING_KEYS = Object.keys(SETTINGS) as [SettingKey, ...SettingKey[]];

/** Settings whose values are paths of files or folders. */
export const PATH_SETTING_KEYS = [
  'nodeKey',
  'nodeDatabase',
  'genesis',
  'sentryJwt',
  'logFile',
] as const satisfies readonly SettingKey[];

/** One of PATH_SETTING_KEYS. */
export type PathSettingKey = (typeof PATH_SETTING_KEYS)[number];

type Shape = { [Key in SettingKey]: (typeof SETTINGS)[Key]['schema'] };

/** The schema of a change of some settings. */
export const settingsChange = z
  .strictObject(Object.fromEntries(SETTING_KEYS.map((key) => [key, SETTINGS[key].schema])) as Shape)
  .partial();

/** A change of some settings after validation; `undefined` is not a value. */
export type SettingsChange = z.output<typeof settingsChange>;

/** The default value of every setting. */
export const DEFAULT_SETTINGS = Object.fromEntries(
  SETTING_KEYS.map((key) => [key, SETTINGS[key].default]),
) as unknown as NodeSettings;
