import type { Page } from 'playwright-core';
import { eventually } from './eventually.ts';

/** Waits until nothing fades or moves: half faded colours have too little contrast. An animation without an end may go on. */
export async function untilStill(page: Page): Promise<void> {
  await eventually('an end of all animations', async () => {
    const running = await page.evaluate(
      () =>
        document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
          .length,
    );
    return running === 0 || undefined;
  });
}
