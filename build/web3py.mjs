#!/usr/bin/env node
/*
 * Installs web3.py, a client of the tests, into a virtual environment beside the real peers, and prints its interpreter. Needs
 * Python 3.10 or newer with venv. All versions are pinned in web3py-requirements.txt, so that a failing test means that this
 * project has changed.
 *
 *   node build/web3py.mjs          installs it
 *   node build/web3py.mjs --have   installs nothing, and prints the interpreter if it is installed
 *
 * Exit codes: 0 it is installed, 1 it is not, 3 it could not be installed because PyPI is not reachable.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './real-peers.mjs';

const NOT_REACHABLE = 3;
/** What pip prints when it gets no connection. */
const CONNECTION_FAILED =
  /NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|Connection (?:refused|reset|broken|aborted)|name resolution|Network is unreachable/;

const requirements = fileURLToPath(new URL('web3py-requirements.txt', import.meta.url));
const version = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
const folder = join(cacheFolder(), `web3py-${version}`);
const interpreter =
  process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
/** Written last: a folder without it is half installed. */
const done = join(folder, 'installed');

const haveWeb3Py = () => existsSync(done);

/** Runs a command. @returns the whole output of a failure; undefined if it succeeded */
function failureOf(command, args) {
  const { status, error, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? undefined : `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`;
}

function install() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(cacheFolder(), { recursive: true });
  const venv = failureOf(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', folder]);
  if (venv !== undefined) {
    console.error(`web3.py needs Python 3.10 or newer with venv (Debian: python3-venv).\n${venv}`);
    return 1;
  }
  const options = ['--disable-pip-version-check', '--no-input', '--retries', '1', '--timeout', '20'];
  const pip = failureOf(interpreter, [
    ...['-m', 'pip', 'install', '--quiet', ...options],
    ...['--only-binary=:all:', '--requirement', requirements],
  ]);
  if (pip !== undefined) {
    console.error(pip);
    return CONNECTION_FAILED.test(pip) ? NOT_REACHABLE : 1;
  }
  writeFileSync(done, '');
  return 0;
}

const status = process.argv.includes('--have') || haveWeb3Py() ? (haveWeb3Py() ? 0 : 1) : install();
if (status === 0) console.log(interpreter);
process.exitCode = status;
