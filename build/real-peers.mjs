#!/usr/bin/env node
/*
 * Installs the real programs that the node is tested against, and prints a NAME=PATH line for each. Needs Go 1.24 or
 * newer; the first run takes some minutes. Versions are pinned, so that a failing test means that this project has
 * changed.
 *
 *   node build/real-peers.mjs                 installs all
 *   node build/real-peers.mjs NAME...         installs only these
 *   node build/real-peers.mjs --have NAME...  installs nothing, prints the installed ones
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Purpose, program of go-ethereum and version of each peer. */
export const REAL_PEERS = {
  /** go-ethereum's protocol test suites. */
  devp2p: { program: 'devp2p', version: 'v1.17.9' },
  /** A client with eth/68 only. */
  geth68: { program: 'geth', version: 'v1.15.11' },
  /** A client with eth/68 and eth/69. */
  geth69: { program: 'geth', version: 'v1.16.7' },
  /** A client with eth/69 to eth/72. */
  geth72: { program: 'geth', version: 'v1.17.8' },
};

const executable = (program) => (process.platform === 'win32' ? `${program}.exe` : program);

/** The folder of installed peers, which later runs use too. */
export function cacheFolder() {
  if (process.env.ENODECK_PEERS) return process.env.ENODECK_PEERS;
  if (process.env.XDG_CACHE_HOME) return join(process.env.XDG_CACHE_HOME, 'enodeck-real-peers');
  if (process.platform === 'win32' && process.env.LOCALAPPDATA) {
    return join(process.env.LOCALAPPDATA, 'enodeck-real-peers');
  }
  return join(homedir(), '.cache', 'enodeck-real-peers');
}

/** Path of a peer, installed or not. */
export function peerPath(name) {
  const { program, version } = REAL_PEERS[name];
  return join(cacheFolder(), version, executable(program));
}

/** Whether a peer is installed. */
export function havePeer(name) {
  try {
    accessSync(peerPath(name), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether Go is available to install missing peers. */
export function haveGo() {
  return spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0;
}

/** Installs a peer unless it is installed. Throws when that fails. */
function installPeer(name) {
  if (havePeer(name)) return;
  const { program, version } = REAL_PEERS[name];
  const folder = join(cacheFolder(), version);
  mkdirSync(folder, { recursive: true });
  const module = `github.com/ethereum/go-ethereum/cmd/${program}@${version}`;
  // Go's messages go to stderr, so that stdout contains only the paths.
  const { status } = spawnSync('go', ['install', module], {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, GOBIN: folder },
  });
  if (status !== 0) throw new Error(`go install ${module} failed`);
}

/**
 * Installs missing peers. Returns undefined, or one line with the reason of a failure and the way to install them.
 */
export function ensurePeers(names) {
  const missing = names.filter((name) => !havePeer(name));
  if (missing.length === 0) return undefined;
  if (!haveGo()) {
    return `${missing.join(', ')} missing: install Go 1.24 or newer, then run: node build/real-peers.mjs ${missing.join(' ')}`;
  }
  try {
    for (const name of missing) installPeer(name);
    return undefined;
  } catch (error) {
    return error.message;
  }
}

function main(args) {
  const onlyList = args[0] === '--have';
  const named = onlyList ? args.slice(1) : args;
  const unknown = named.filter((name) => !(name in REAL_PEERS));
  if (unknown.length > 0) {
    console.error(`Unknown peer: ${unknown.join(', ')}. Known peers: ${Object.keys(REAL_PEERS).join(', ')}.`);
    return 2;
  }
  const names = named.length > 0 ? named : Object.keys(REAL_PEERS);
  const problem = onlyList ? undefined : ensurePeers(names);
  for (const name of names) if (havePeer(name)) console.log(`${name}=${peerPath(name)}`);
  if (problem !== undefined) console.error(problem);
  return names.every(havePeer) ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main(process.argv.slice(2));
