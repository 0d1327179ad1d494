import type { SettingKey } from '../settings-table.ts';

/** The settings that hold a port of the node. */
export const PORT_SETTING_KEYS = ['port', 'discoveryPort'] as const satisfies readonly SettingKey[];

/** One of PORT_SETTING_KEYS. */
export type PortSettingKey = (typeof PORT_SETTING_KEYS)[number];

/** The views that an action can open; each is a route of the window. */
export type HealthActionView = 'nodes' | 'bans' | 'why' | 'discovery' | 'settings' | 'logs';

/**
 * What a person can do about a line of the health list. The window shows each as a button; `kind` decides its words and
 * what it does. Every action is a command of the API.
 */
export type HealthAction =
  /** "Start": starts the node. */
  | { readonly kind: 'start'; readonly params: Readonly<Record<string, never>> }
  /**
   * "Use a free port, 30304": `port` was free for TCP and UDP when the start failed. The command `node.useFreePort` looks
   * again, sets the setting `key` and starts the node.
   */
  | {
      readonly kind: 'use-free-port';
      readonly params: { readonly key: PortSettingKey; readonly port: number };
    }
  /** "Change port…": opens the field of the setting. */
  | { readonly kind: 'change-port'; readonly params: { readonly key: PortSettingKey } }
  /** "Change TITLE…": opens the field of the setting. */
  | { readonly kind: 'open-setting'; readonly params: { readonly key: SettingKey } }
  /** "Reset TITLE": the setting takes its default again. */
  | { readonly kind: 'reset-setting'; readonly params: { readonly key: SettingKey } }
  /** Opens a view. */
  | { readonly kind: 'open-view'; readonly params: { readonly view: HealthActionView } };
