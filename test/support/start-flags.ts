import { freePort } from './loopback-ports.ts';

/** Flags of Electron: Chromium has no sandbox for root, the only user in some containers. */
export const SANDBOX_FLAGS: readonly string[] = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** Flags that keep a node without the demo on loopback; the demo refuses them. */
export const CONFINED_FLAGS: readonly string[] = [
  ...['--nat', 'none', '--netrestrict', '127.0.0.0/8,::1/128'],
  ...['--bootnodes=', '--discovery.dns='],
];

/** Flags for a node with this data folder, at a free port on loopback. */
export async function placeFlags(dataFolder: string): Promise<readonly string[]> {
  return ['--datadir', dataFolder, '--addr', '127.0.0.1', '--port', String(await freePort())];
}
