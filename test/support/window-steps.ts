import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { axeViolations } from './axe.ts';

/** The views, by the text of their links. */
export const VIEWS = [
  'Overview',
  'Peers',
  'Why no peer?',
  'Doctor',
  'Discovery',
  'Inspector',
  'Nodes',
  'Logs',
  'Settings',
] as const;
/** One of VIEWS. */
export type ViewWord = (typeof VIEWS)[number];

/** Timeout for a peer or packets of the demo network, milliseconds. */
const NETWORK_MS = 90_000;

/** Opens a view by its link. */
export async function goTo(page: Page, view: ViewWord): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view }).click();
  await page.getByRole('heading', { name: view, level: 1 }).waitFor();
}

/** The rows of a table without its header. */
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

/** Fills in the form that adds a static node, without submitting it. */
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

/** Chooses an option of a group such as "Connected | Past". */
export async function choose(page: Page, group: string, word: string | RegExp): Promise<void> {
  await page.getByRole('group', { name: group }).getByText(word).click();
}

/** Chooses a node of the v5 table, decodes its ENR, and returns the ENR. Leaves the card of the node open. */
export async function readRecordOfV5(page: Page): Promise<string> {
  await goTo(page, 'Discovery');
  await choose(page, 'Discovery methods', 'v5');
  await waitForLiveNodes(page, 3);
  const live = page.getByRole('grid', { name: 'Table buckets' }).locator('.once, .often, .long');
  await live.first().click();
  const record = await page.locator('[title^="enr:"]').first().getAttribute('title');
  await page.getByRole('button', { name: 'Decode', exact: true }).first().click();
  const entries = page.getByRole('table', { name: 'ENR entries' });
  for (const key of ['id', 'secp256k1', 'udp'])
    await entries.getByRole('rowheader', { name: new RegExp(`^${key}6?$`) }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  return record ?? '';
}

/** Sends a TALKREQ to a node of the demo, which returns the payload. Leaves the dialog open. */
export async function talkTo(page: Page, record: string): Promise<Locator> {
  await page.getByRole('button', { name: 'TALKREQ…' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Send a TALKREQ' });
  await dialog.getByLabel('To', { exact: true }).fill(record);
  await dialog.getByLabel('Protocol').fill('echo');
  await dialog.getByLabel('Payload', { exact: true }).fill('0x63616665');
  const answer = dialog.getByText('63 61 66 65');
  // On a loaded machine the answer may arrive after the timeout.
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

/** Shows the demo's DNS list and waits until it is complete. */
export async function waitForNodeList(page: Page): Promise<void> {
  await goTo(page, 'Discovery');
  await choose(page, 'Discovery methods', 'DNS');
  const tree = page.getByRole('article', { name: 'trees.demo.invalid' });
  await tree.getByText('complete', { exact: true }).waitFor({ timeout: NETWORK_MS });
}

/** Opens the trace of a full node from the funnel. Leaves the trace open. */
export async function traceFullNode(page: Page): Promise<Locator> {
  await goTo(page, 'Why no peer?');
  const funnel = page.getByRole('group', { name: 'All known nodes by connection step' });
  await funnel.getByRole('button', { name: /^Hello/ }).click({ timeout: NETWORK_MS });
  // Rows move when nodes are dialled again; with the cause chosen, every row is such a node.
  await page.getByRole('button', { name: /^Too many peers/ }).click({ timeout: NETWORK_MS });
  await rowsOf(page, 'Nodes without a session')
    .filter({ hasText: 'Too many peers' })
    .first()
    .click({ timeout: NETWORK_MS });
  const trace = page.getByRole('complementary', { name: 'Node trace' });
  await trace.getByRole('listitem').filter({ hasText: 'Hello' }).getByLabel('stopped here').waitFor();
  return trace;
}

/** Bans the first peer from its panel, and undoes the ban. */
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
  await page
    .getByText(/We ended it|This session has ended/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText(/ is unbanned$/).waitFor();
  await goTo(page, 'Nodes');
  await choose(page, 'List', /^Banned/);
  await page.getByText('No bans').waitFor();
}

/** Turns snap on, which needs a restart of the node; the sidebar says so on another screen too, and restarts the node. */
export async function changeWithRestart(page: Page): Promise<void> {
  await goTo(page, 'Settings');
  const search = page.getByPlaceholder('Search settings, flags, descriptions');
  await search.fill('--snap');
  await page.getByRole('switch', { name: 'Offer snap/1' }).click();
  await page.getByText('After a node restart: on.').waitFor();
  await page.getByText('Restart needed: it takes effect after a node restart').waitFor();
  await goTo(page, 'Logs');
  const sidebar = page.getByRole('navigation');
  await sidebar.getByText('One setting requires a node restart.').waitFor();
  await sidebar.getByRole('button', { name: 'Restart node' }).click();
  await page.getByText('Node restarted').waitFor({ timeout: NETWORK_MS });
  await sidebar.getByText('Restart needed').waitFor({ state: 'hidden' });
  await goTo(page, 'Settings');
  await search.fill('--snap');
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

/** Expects that axe finds no accessibility fault. @param within a CSS selector; what is behind an open dialog is inert */
export async function expectAccessible(page: Page, within = 'html'): Promise<void> {
  const faults = (await axeViolations(page, { within })).map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map(({ html }) => `    ${html.slice(0, 200)}`).join('\n')}`,
  );
  expect(faults).toEqual([]);
}

/**
 * Records the sessions, filters for the requests that were answered, opens one, goes to its answer, and chooses its request ID.
 * Returns the lit bytes of the answer as hex digits, and the request ID that the table of fields shows.
 */
export async function inspectAnswer(page: Page): Promise<{ readonly bytes: string; readonly id: string }> {
  await goTo(page, 'Inspector');
  await page.getByRole('button', { name: 'Record', exact: true }).first().click();
  const filter = page.getByRole('combobox', { name: 'Filter' });
  await filter.fill('proto:eth not open');
  await filter.press('Enter');
  const messages = page.getByRole('grid', { name: 'Messages' });
  const request = messages.locator('.grid-row').filter({ hasText: '→' }).first();
  await request.waitFor({ timeout: NETWORK_MS });
  await page.getByRole('button', { name: 'Pause' }).click();
  await request.click();
  const detail = page.getByRole('region', { name: 'Message', exact: true });
  await detail.getByRole('button', { name: /^answered by No\./ }).waitFor();
  await page.keyboard.press('g');
  await detail.getByRole('button', { name: /^answers No\./ }).waitFor();
  const field = detail.getByRole('treegrid', { name: 'Fields' }).getByRole('row', { name: /\brequestId\b/ });
  await field.click();
  await detail
    .getByText(/^requestId$/)
    .last()
    .waitFor();
  const lit = await detail.locator('.digits .lit').allTextContents();
  const id = (await field.getByRole('gridcell').nth(1).textContent()) ?? '';
  return { bytes: lit.join(''), id: id.trim() };
}

/** The file that a browser downloads when `act` is done: its path. */
export async function downloadInBrowser(page: Page, act: () => Promise<void>): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), act()]);
  return download.path();
}

/**
 * Exports the shown messages of the Inspector as JSON lines, opens the file, reads its first message, and closes it.
 * @param download the path of the file that is saved when its argument is done
 */
export async function exportAndOpen(
  page: Page,
  download: (act: () => Promise<void>) => Promise<string>,
): Promise<void> {
  await page.getByRole('button', { name: 'Export' }).click();
  const path = await download(() => page.getByRole('menuitem', { name: 'JSON lines' }).click());
  const text = await readFile(path, 'utf8');
  const open = (name: string, content: string): Promise<void> =>
    page
      .locator('input[type="file"]')
      .setInputFiles({ name, mimeType: 'application/jsonl', buffer: Buffer.from(content) });
  await open('broken.jsonl', `${text}{}\n`);
  const lines = text.trimEnd().split('\n').length;
  await page
    .getByRole('alert')
    .getByText(`Line ${String(lines + 1)} `)
    .waitFor();
  await open('interop.jsonl', text);
  const n = (lines - 1).toLocaleString('en');
  await page.getByText(`File interop.jsonl, ${n} message`).waitFor();
  await page.getByRole('grid', { name: 'Messages' }).locator('.grid-row').first().click();
  await page.getByRole('region', { name: 'Message', exact: true }).getByRole('treegrid').waitFor();
  await page.getByRole('button', { name: 'Back to the recording' }).click();
  await page.getByRole('button', { name: 'Follow' }).waitFor();
}
