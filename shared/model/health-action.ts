import type { SettingKey } from '../settings-table.ts';

/** The settings that are ports of the node. */
export const PORT_SETTING_KEYS = ['port', 'discoveryPort'] as const satisfies readonly SettingKey[];

/** One of PORT_SETTING_KEYS. */
export type PortSettingKey = (typeof PORT_SETTING_KEYS)[number];

/** The views that an action can open: names of routes of the window. */
export type HealthActionView = 'nodes' | 'bans' | 'why' | 'discovery' | 'settings' | 'logs';

/**
 * An action for a health check. The window shows it as a button; `kind` selects its label and what it does.
 */
export type HealthAction =
  /** "Start": starts the node. */
  | { readonly kind: 'start'; readonly params: Readonly<Record<string, never>> }
  /**
   * "Use a free port, 30304": `port` was free for TCP and UDP when the start failed. The request `node.useFreePort` tests
   * again, saves the port in the setting `key` and starts the node.
   */
  | {
      readonly kind: 'use-free-port';
      readonly params: { readonly key: PortSettingKey; readonly port: number };
    }
  /** "Change port…": opens the setting's field. */
  | { readonly kind: 'change-port'; readonly params: { readonly key: PortSettingKey } }
  /** "Change TITLE…": opens the setting's field. */
  | { readonly kind: 'open-setting'; readonly params: { readonly key: SettingKey } }
  /** "Reset TITLE": resets the setting to its default. */
  | { readonly kind: 'reset-setting'; readonly params: { readonly key: SettingKey } }
  /** Opens a view. */
  | { readonly kind: 'open-view'; readonly params: { readonly view: HealthActionView } };
