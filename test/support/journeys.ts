import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** The views, by the words of their links. */
export const VIEWS = ['Overview', 'Peers', 'Why no peer?', 'Discovery', 'Nodes', 'Logs', 'Settings'] as const;
/** One of VIEWS. */
export type ViewWord = (typeof VIEWS)[number];

/** What waits for a peer or for packets of the demo network. */
const NETWORK_MS = 45_000;

/** Opens a view by its link. */
export async function goTo(page: Page, view: ViewWord): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view }).click();
  await page.getByRole('heading', { name: view, level: 1 }).waitFor();
}

/** The rows of a table without its head. */
export const rowsOf = (page: Page, table: string): Locator =>
  page.getByRole('grid', { name: table, exact: true }).locator('.grid-row');

/** Waits until a table has at least `count` rows. */
export async function waitForRows(page: Page, table: string, count: number): Promise<void> {
  await rowsOf(page, table)
    .nth(count - 1)
    .waitFor({ timeout: NETWORK_MS });
}

/** Waits until the bucket map shows at least `count` nodes that answered a check. */
export async function waitForLiveNodes(page: Page, count: number): Promise<void> {
  const live = page.getByRole('grid', { name: 'Table buckets' }).locator('.once, .often, .long');
  await live.nth(count - 1).waitFor({ timeout: NETWORK_MS });
}

/** Fills in the form that adds a static node, without sending it. */
export async function fillNodeForm(page: Page, text: string, label: string): Promise<Locator> {
  await page.getByRole('button', { name: 'Add node', exact: true }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Add node' });
  await dialog.getByLabel('Enode URL or ENR').fill(text);
  await dialog.getByLabel('Label').fill(label);
  return dialog;
}

/** Adds a static node and waits until there is a session with it. */
export async function addStaticNode(page: Page, enode: string, label: string): Promise<void> {
  await goTo(page, 'Nodes');
  const dialog = await fillNodeForm(page, enode, label);
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
  await staticRow(page, label)
    .getByText(/^connected/)
    .waitFor({ timeout: NETWORK_MS });
}

/** The row of a static node, by its label. */
export const staticRow = (page: Page, label: string): Locator =>
  rowsOf(page, 'Static').filter({ hasText: label });

/** Chooses one of the words of a group such as "Connected | Past". */
export async function choose(page: Page, group: string, word: string | RegExp): Promise<void> {
  await page.getByRole('group', { name: group }).getByText(word).click();
}

/** Chooses a node of v5's table, reads its record entry by entry, and returns the record. Leaves its card in sight. */
export async function readRecordOfV5(page: Page): Promise<string> {
  await goTo(page, 'Discovery');
  await choose(page, 'Discovery methods', 'v5');
  await waitForLiveNodes(page, 3);
  const live = page.getByRole('grid', { name: 'Table buckets' }).locator('.once, .often, .long');
  await live.first().click();
  const record = await page.locator('[title^="enr:"]').first().getAttribute('title');
  await page.getByRole('button', { name: 'ENR', exact: true }).first().click();
  const entries = page.getByRole('table', { name: 'ENR entries' });
  for (const key of ['eth', 'secp256k1', 'udp'])
    await entries.getByRole('rowheader', { name: new RegExp(`^${key}6?$`) }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  return record ?? '';
}

/** Sends a TALKREQ to a node of the demo, which gives back what it carries. Leaves the dialog open. */
export async function talkTo(page: Page, record: string): Promise<Locator> {
  await page.getByRole('button', { name: 'TALKREQ…' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Send a TALKREQ' });
  await dialog.getByLabel('To', { exact: true }).fill(record);
  await dialog.getByLabel('Protocol').fill('echo');
  await dialog.getByLabel('Payload', { exact: true }).fill('0x63616665');
  const answer = dialog.getByText('63 61 66 65');
  // A machine that is busy with other tests may miss the answer's time, which is short.
  await expect
    .poll(
      async () => {
        await dialog.getByRole('button', { name: /^Send/ }).click();
        return answer.waitFor({ timeout: 3_000 }).then(
          () => 'answered',
          () => 'silent',
        );
      },
      { timeout: NETWORK_MS },
    )
    .toBe('answered');
  return dialog;
}

/** Shows the demo's node list and waits until all of it is known. */
export async function waitForNodeList(page: Page): Promise<void> {
  await goTo(page, 'Discovery');
  await choose(page, 'Discovery methods', 'DNS');
  const tree = page.getByRole('article', { name: 'trees.demo.invalid' });
  await tree.getByText('complete', { exact: true }).waitFor({ timeout: NETWORK_MS });
}

/** Follows the funnel to a node that had no place for us, down to its trace. Leaves the trace open. */
export async function traceFullNode(page: Page): Promise<Locator> {
  await goTo(page, 'Why no peer?');
  const funnel = page.getByRole('group', { name: 'All known nodes by connection step' });
  await funnel.getByRole('button', { name: /^Hello/ }).click({ timeout: NETWORK_MS });
  // Rows move as nodes are tried again: with the cause chosen, whichever is hit is one of these.
  await page.getByRole('button', { name: /^Too many peers/ }).click({ timeout: NETWORK_MS });
  await rowsOf(page, 'Nodes without a session')
    .filter({ hasText: 'Too many peers' })
    .first()
    .click({ timeout: NETWORK_MS });
  const trace = page.getByRole('complementary', { name: 'Node trace' });
  await trace.getByRole('listitem').filter({ hasText: 'Hello' }).getByLabel('stopped here').waitFor();
  return trace;
}

/** Bans the first peer from its panel: it leaves the table. Taken back, nobody is banned. */
export async function banAndUndo(page: Page): Promise<void> {
  await goTo(page, 'Peers');
  await waitForRows(page, 'Peers', 3);
  await rowsOf(page, 'Peers').first().click();
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Ban…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Ban this peer?' });
  await dialog.getByLabel('Reason').fill('of the tests');
  await dialog.getByRole('button', { name: 'Ban', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByText('This session has ended.').first().waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText(/ is unbanned$/).waitFor();
  await goTo(page, 'Nodes');
  await choose(page, 'List', /^Banned/);
  await page.getByText('No bans').waitFor();
}

/** Switches snap on, which waits for the node to be started again, and starts it again. */
export async function changeWithRestart(page: Page): Promise<void> {
  await goTo(page, 'Settings');
  const search = page.getByPlaceholder('Search settings, flags, descriptions');
  await search.fill('--snap');
  await page.getByRole('switch', { name: 'Offer snap/1' }).click();
  await page.getByText('After a node restart: on.').waitFor();
  await page.getByRole('button', { name: 'Restart node' }).click();
  await page.getByText('Node restarted').waitFor({ timeout: NETWORK_MS });
  await page.getByText('After a node restart: on.').waitFor({ state: 'hidden' });
  expect(await page.getByRole('switch', { name: 'Offer snap/1' }).isChecked()).toBe(true);
  await search.fill('');
}

/** Opens the past sessions and waits for one. */
export async function showPastSessions(page: Page): Promise<void> {
  await goTo(page, 'Peers');
  await choose(page, 'Sessions', 'Past');
  await waitForRows(page, 'Past sessions', 1);
}

/** Fails when axe finds anything that a person with a screen reader or a keyboard would stumble over. */
export async function expectAccessible(page: Page): Promise<void> {
  // Electron opens no second page to put the results together in.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  const words = violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map(({ html }) => `    ${html.slice(0, 200)}`).join('\n')}`,
  );
  expect(words).toEqual([]);
}
