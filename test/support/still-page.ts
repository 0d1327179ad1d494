import type { Page } from 'playwright-core';
import { eventually } from './eventually.ts';

/** Waits until nothing fades or moves: half faded colours have too little contrast. An animation without an end may go on. */
export async function untilStill(page: Page): Promise<void> {
  await page.evaluate(drawTwice);
  await eventually('an end of all animations', async () => {
    const running = await page.evaluate(
      () =>
        document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
          .length,
    );
    return running === 0 || undefined;
  });
}

/** In the page: a change, such as that of the theme, is drawn with the next frame, and its transitions begin then. */
async function drawTwice(): Promise<void> {
  for (let frame = 0; frame < 2 && !document.hidden; frame += 1) {
    await new Promise((done) => requestAnimationFrame(done));
  }
}
