import { expect, test } from 'vitest';
import { SerialQueue } from '../../../src-main/base/serial-queue.ts';

/** An action that waits until it is released, and records its start and end. */
function heldAction(name: string, log: string[]): { run: () => Promise<string>; release: () => void } {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return {
    run: async () => {
      log.push(`${name} starts`);
      await released;
      log.push(`${name} ends`);
      return name;
    },
    release,
  };
}

test('Actions run one at a time, in the order of the calls, each with its own result', async () => {
  const queue = new SerialQueue();
  const log: string[] = [];
  const [a, b] = [heldAction('a', log), heldAction('b', log)];
  const results = [queue.run(a.run), queue.run(b.run)];
  b.release();
  await Promise.resolve();
  expect(log).toEqual(['a starts']);
  a.release();
  expect(await Promise.all(results)).toEqual(['a', 'b']);
  expect(log).toEqual(['a starts', 'a ends', 'b starts', 'b ends']);
});

test('An action that fails rejects its own call alone; the next one runs', async () => {
  const queue = new SerialQueue();
  const failed = queue.run(() => Promise.reject(new Error('no')));
  const next = queue.run(() => Promise.resolve('yes'));
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

test('An action that throws before its first await rejects its own call alone', async () => {
  const queue = new SerialQueue();
  const failed = queue.run(() => {
    throw new Error('before the first await');
  });
  await expect(failed).rejects.toThrow('before the first await');
  expect(await queue.run(() => Promise.resolve(1))).toBe(1);
});

test('idle() waits for what was added before it, and never rejects', async () => {
  const queue = new SerialQueue();
  const log: string[] = [];
  const held = heldAction('a', log);
  const running = queue.run(held.run);
  const failing = queue.run(() => Promise.reject(new Error('no')));
  failing.catch(() => undefined);
  const idle = queue.idle().then(() => log.push('idle'));
  held.release();
  await idle;
  await running;
  expect(log).toEqual(['a starts', 'a ends', 'idle']);
});
