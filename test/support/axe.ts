import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { untilStill } from './still-page.ts';

type Violations = Awaited<ReturnType<AxeBuilder['analyze']>>['violations'];

/**
 * What axe finds on a page that has come to rest.
 * @param within a CSS selector of the part to look at
 * @param tags the rules by their tags; all rules without it
 */
export async function axeViolations(
  page: Page,
  { within, tags }: { readonly within?: string; readonly tags?: readonly string[] } = {},
): Promise<Violations> {
  await untilStill(page);
  const axe = new AxeBuilder({ page })
    // Without details of what passed: on a page of many rows the transfer of these takes most of the time.
    .options({
      resultTypes: ['violations'],
      ...(tags === undefined ? {} : { runOnly: { type: 'tag', values: [...tags] } }),
    })
    // Electron cannot open a second page, which axe would use to merge the results of frames; there are no frames.
    .setLegacyMode(true);
  if (within !== undefined) axe.include(within);
  return (await axe.analyze()).violations;
}
