import { join } from 'node:path';
import { runnerImport } from 'vite';

/*
 * Frames a second of the Inspector in Chromium, scrolled over 20,000 messages while 1,000 a second arrive, and of the same page at
 * rest, which says how fast the machine draws: node test/support/window-preview/frames.mjs
 */

const { module } = await runnerImport(join(import.meta.dirname, 'frames.ts'));
for (const [name, idle] of [
  ['at rest', true],
  ['scrolled', false],
]) {
  const { framesPerSecond, p50Ms, p95Ms, workMs, rowsArrived } = await module.measureFrames(idle);
  const [fps, p50, p95, work] = [framesPerSecond, p50Ms, p95Ms, workMs].map((value) => value.toFixed(1));
  process.stdout.write(
    `${name}: ${fps} frames/s, ${p50} ms median, ${p95} ms at 95%, ${work} ms of work a frame, ${rowsArrived} messages arrived\n`,
  );
}
process.exit(0);
