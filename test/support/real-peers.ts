import { spawnSync } from 'node:child_process';
import { basename, dirname, resolve } from 'node:path';

/** The real programs that build/real-peers.mjs installs. */
export type RealPeer = 'devp2p' | 'geth68' | 'geth69' | 'geth72';

const script = resolve(import.meta.dirname, '../../build/real-peers.mjs');

/** The path of an installed peer. */
export function realPeer(name: RealPeer): string {
  const { stdout } = spawnSync(process.execPath, [script, '--have', name], { encoding: 'utf8' });
  const path = stdout.trim().split('=')[1];
  if (path === undefined) throw new Error(`${name} is not installed; run: node build/real-peers.mjs ${name}`);
  return path;
}

/** The pinned version, such as `v1.17.8`: the name of the installation folder. */
export function realPeerVersion(name: RealPeer): string {
  return basename(dirname(realPeer(name)));
}
