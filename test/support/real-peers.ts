import { spawnSync } from 'node:child_process';
import { basename, dirname, resolve } from 'node:path';

/** The real programs that build/real-peers.mjs installs. */
export type RealPeer = 'devp2p' | 'geth68' | 'geth69' | 'geth72';

const script = resolve(import.meta.dirname, '../../build/real-peers.mjs');

function pathOf(name: RealPeer): string | undefined {
  const { stdout } = spawnSync(process.execPath, [script, '--have', name], { encoding: 'utf8' });
  return stdout.trim().split('=')[1];
}

/** Whether a peer is installed. */
export const haveRealPeer = (name: RealPeer): boolean => pathOf(name) !== undefined;

/** The path of an installed peer. @throws Error when it is not installed */
export function realPeer(name: RealPeer): string {
  const path = pathOf(name);
  if (path === undefined) throw new Error(`${name} is not installed; run: node build/real-peers.mjs ${name}`);
  return path;
}

/** The pinned version, such as `v1.17.8`: the name of the installation folder. */
export function realPeerVersion(name: RealPeer): string {
  return basename(dirname(realPeer(name)));
}
