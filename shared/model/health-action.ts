import type { SettingKey } from '../settings-table.ts';

/** The settings that hold a port of the node. */
export type PortSettingKey = Extract<SettingKey, 'port' | 'discoveryPort'>;

/** The views that an action can open; each is a route of the window. */
export type HealthActionView = 'nodes' | 'bans' | 'why' | 'discovery' | 'settings' | 'logs';

/**
 * What a person can do about a line of the health list. The window shows each as a button; `kind` decides its words and
 * what it does. Every action is carried out with the commands of the API that exist without it.
 */
export type HealthAction =
  /** "Start": starts the node. */
  | { readonly kind: 'start'; readonly params: Readonly<Record<string, never>> }
  /** "Use a free port, 30304": sets the setting `key` to `port`, then starts the node. The port was free for TCP and UDP. */
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
