import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** go-ethereum's own code, ready to be measured. */
export interface GethContestant<Measured> {
  measure(seconds: number): Promise<Measured>;
  close(): Promise<void>;
}

/**
 * Builds the Go program in test/bench/geth; undefined if Go is not installed.
 * @param part whose figures it measures
 * @throws Error when it does not build
 */
export function openGeth<Measured>(
  sourceFolder: string,
  part: 'primitives' | 'discv5',
): GethContestant<Measured> | undefined {
  if (spawnSync('go', ['version']).status !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'enodeck-bench-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  // Also when a part fails, or is not measured.
  process.once('exit', remove);
  const program = join(folder, process.platform === 'win32' ? 'geth-bench.exe' : 'geth-bench');
  const built = spawnSync('go', ['build', '-o', program, '.'], { cwd: sourceFolder, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`the Go program does not build:\n${built.stderr}`);
  return {
    measure: async (seconds) => {
      // One core, as for the others.
      const run = spawnSync(program, [String(seconds), part], {
        encoding: 'utf8',
        env: { ...process.env, GOMAXPROCS: '1' },
      });
      if (run.status !== 0) throw new Error(`the Go program failed:\n${run.stderr}`);
      return JSON.parse(run.stdout) as Measured;
    },
    close: async () => {
      remove();
    },
  };
}
