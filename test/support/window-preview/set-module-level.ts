import type { Page } from 'playwright-core';

/** Sets a level of modules on the page Logs, and opens the form for another one. */
export async function setModuleLevel(page: Page): Promise<void> {
  const open = page.getByRole('button', { name: 'Another level for a module' });
  await open.click();
  await page.getByLabel('Module, such as').fill('discovery/*');
  await page.getByRole('button', { name: 'Set', exact: true }).click();
  await open.click();
}
