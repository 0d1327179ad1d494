import { expect, it } from 'vitest';
import { useAction } from '../../../../src-renderer/composables/use-action.ts';

it('is busy until the last of its tasks has ended', async () => {
  const { busy, run } = useAction();
  const ends: (() => void)[] = [];
  const task = (): Promise<void> => new Promise((resolve) => ends.push(resolve));
  const [first, second] = [run(task), run(task)];
  ends[0]?.();
  await first;
  expect(busy.value).toBe(true);
  ends[1]?.();
  await second;
  expect(busy.value).toBe(false);
});
