import type { Page } from 'playwright-core';

/**
 * Begins to measure a page. Returns what reads the processor time of its main thread so far, seconds; it does not depend on what else
 * the machine does.
 */
export async function pageWork(page: Page): Promise<() => Promise<number>> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
  };
}
