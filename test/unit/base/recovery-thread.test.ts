import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { build } from 'vite';
import { RecoveryPool } from '../../../src-main/base/recovery-pool.ts';
import type { OpenRecoveryThread } from '../../../src-main/base/recovery-thread.ts';
import { generatePrivateKey, publicKeyOf, sign } from '../../../src-main/base/secp256k1.ts';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import { eventually } from '../../support/eventually.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { silentLogger } from '../../support/silent-logger.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** Below the packages that the thread loads. */
const OUT = join(ROOT, 'node_modules/.cache/enodeck-recovery', String(process.pid));

let open: OpenRecoveryThread | undefined;
let pool: RecoveryPool | undefined;

beforeAll(async () => {
  // The worker beside the entries, and the code that they share below, as in the product.
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: true,
      target: 'node20.18',
      outDir: OUT,
      emptyOutDir: true,
      rolldownOptions: {
        input: {
          'recovery-worker': join(import.meta.dirname, '../../../src-main/recovery-worker.ts'),
          threads: join(import.meta.dirname, '../../../src-main/base/recovery-thread.ts'),
        },
        output: { entryFileNames: '[name].js', format: 'es' },
        preserveEntrySignatures: 'strict',
      },
    },
  });
  const built = (await import(pathToFileURL(join(OUT, 'threads.js')).href)) as {
    recoveryThreads: () => OpenRecoveryThread | undefined;
  };
  open = built.recoveryThreads();
});

afterAll(async () => {
  await pool?.stop();
  await rm(OUT, { recursive: true, force: true });
});

it('recovers keys in real threads', async () => {
  if (open === undefined) throw new Error('the worker was not found');
  const random = new SeededRandom(62);
  const keys = Array.from({ length: 100 }, () => generatePrivateKey(random));
  pool = new RecoveryPool({
    clock: systemClock,
    logger: silentLogger,
    open,
    processors: Math.max(2, availableParallelism()),
  });
  pool.overloaded();
  await eventually('threads that have loaded', async () => pool?.isOn || undefined);
  const jobs = keys.map((key) => {
    const hash = random.bytes(32);
    return pool?.take({ hash, signature: sign(hash, key) });
  });
  const results = await eventually('the results', async () => {
    const all = jobs.map((job) => job?.result);
    return all.includes('pending') ? undefined : all;
  });
  expect(results).toEqual(keys.map((key) => publicKeyOf(key)));
}, 60_000);
