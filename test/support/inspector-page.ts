import type { Locator, Page } from 'playwright-core';
import { eventually } from './eventually.ts';

/* The messages of the Inspector. */

/** The table of messages. */
export const table = (page: Page): Locator => page.getByRole('grid', { name: 'Messages' });

/** The rows of the table that are drawn. */
export const rows = (page: Page): Locator => table(page).locator('.grid-row');

/** The row that is selected. */
export const selected = (page: Page): Locator => table(page).locator('[aria-selected="true"]');

/** Opens the newest message whose name is exactly `name`. */
export async function openMessage(page: Page, name: string): Promise<void> {
  const cell = table(page)
    .locator('.grid-row .name')
    .filter({ hasText: new RegExp(`^\\s*${name}\\s*$`) });
  const opened = page.getByRole('region', { name: 'Message', exact: true }).getByText(name).first();
  // The rows move after a change of the size, so that a click can meet another one.
  await eventually(`the message ${name} is open`, async () => {
    await cell.last().click();
    await opened.waitFor({ timeout: 5_000 });
    return true;
  });
}
