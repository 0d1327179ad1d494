import { z } from 'zod';
import { boolean, setting, type SettingSpec } from '../setting-spec.ts';

/** The group `interfaces`. Names are those of geth. */
export const INTERFACE_SETTINGS = {
  ipcDisable: boolean({
    group: 'interfaces',
    title: 'No IPC socket',
    help: 'Do not serve JSON-RPC over a local socket.',
    flag: '--ipcdisable',
    default: false,
    restart: 'program',
  }),
  ipcPath: setting({
    group: 'interfaces',
    title: 'IPC socket',
    help: 'Socket that serves JSON-RPC to programs of this user on this machine, such as geth attach: a name in the data folder, or a path. On Windows the name of a pipe.',
    flag: '--ipcpath',
    kind: 'text',
    schema: z
      .string()
      .trim()
      .min(1)
      .max(4_096)
      .refine((text) => !text.includes('\0'), 'must not have a NUL character'),
    default: 'enodeck.ipc',
    restart: 'program',
  }),
} as const satisfies Record<string, SettingSpec>;
