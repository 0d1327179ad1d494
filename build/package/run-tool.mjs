import { spawnSync } from 'node:child_process';

/** Runs a program of the system to its end. @throws Error with its output when it fails */
export function run(program, args, options = {}) {
  const { status, error, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', ...options });
  if (error !== undefined) throw new Error(`${program}: ${error.message}`);
  if (status !== 0) throw new Error(`${program} failed:\n${stdout ?? ''}${stderr ?? ''}`);
  return stdout;
}
