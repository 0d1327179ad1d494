import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Headless } from '../support/headless.ts';
import {
  addStaticNode,
  banAndUndo,
  changeWithRestart,
  expectAccessible,
  goTo,
  readRecordOfV5,
  rowsOf,
  showPastSessions,
  talkTo,
  traceFullNode,
  waitForLiveNodes,
  waitForNodeList,
  waitForRows,
  VIEWS,
} from '../support/journeys.ts';
import { openBrowser, takePicture, type OpenWindow } from '../support/window.ts';

let node: Headless;
let stranger: Headless;
let browser: OpenWindow;

beforeAll(async () => {
  [node, stranger] = await Promise.all([
    Headless.start({ flags: ['--demo'] }),
    Headless.start({ flags: ['--demo'] }),
  ]);
  browser = await openBrowser(node.pageUrl);
});

afterAll(async () => {
  await browser.close();
  await Promise.all([node.stop(), stranger.stop()]);
});

describe('the same page in a browser, of a headless node', () => {
  test('opens with the token of its address', async () => {
    await browser.page.getByText('This node', { exact: true }).waitFor();
    await takePicture(browser.page, 'browser-overview');
  });

  test('asks for the token when the address has none', async () => {
    const visitor = await openBrowser(node.url);
    const { page } = visitor;
    await page.getByRole('heading', { name: 'This page needs the node’s access token' }).waitFor();
    await visitor.close();
  });

  test('shows peers and buckets of the running network', async () => {
    await goTo(browser.page, 'Peers');
    await waitForRows(browser.page, 'Peers', 3);
    expect(await rowsOf(browser.page, 'Peers').count()).toBeGreaterThanOrEqual(3);
    await goTo(browser.page, 'Discovery');
    await waitForLiveNodes(browser.page, 3);
  });

  test('shows both protocols and the node list beside each other, and has a TALKREQ answered', async () => {
    const { page } = browser;
    const record = await readRecordOfV5(page);
    expect(record).toMatch(/^enr:/);
    const dialog = await talkTo(page, record);
    await takePicture(page, 'browser-talk');
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await waitForNodeList(page);
    await takePicture(page, 'browser-dns');
  });

  test('makes a session of a static node that is added in it', async () => {
    await addStaticNode(browser.page, stranger.info.enode, 'stranger');
    const ours = await stranger.peer(node.info.id, 5_000);
    expect(ours.network.inbound).toBe(true);
  });

  test('tells of a node that is full where it stopped, who said so and what can be done', async () => {
    const { page } = browser;
    const trace = await traceFullNode(page);
    await trace.getByText('Too many peers').first().waitFor();
    await trace
      .getByText(/^\s*peer, /)
      .first()
      .waitFor();
    await trace.getByRole('button', { name: 'Copy our enode' }).waitFor();
    await takePicture(page, 'browser-trace');
    await page.getByLabel(/^Enode URL, ENR|^Why is this node not a peer/).fill('f'.repeat(64));
    await page.getByRole('button', { name: 'Trace', exact: true }).click();
    await trace.getByText('Unknown node').waitFor();
  });

  test('bans a peer and takes the ban back', async () => {
    await banAndUndo(browser.page);
  });

  test('keeps sessions that have ended and hands them out as a file', async () => {
    const { page } = browser;
    await showPastSessions(page);
    await takePicture(page, 'browser-past');
    const downloads = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: 'CSV' }).click();
    const download = await downloads;
    expect(download.suggestedFilename()).toMatch(/\.csv$/);
    const text = await readFile(await download.path(), 'utf8');
    expect(text).toContain(',Enodeck-demo/');
  });

  test('restarts the node for a setting that waits for it', async () => {
    await changeWithRestart(browser.page);
    const status = await node.snapshot('status', {});
    expect(status.capabilities).toContain('snap/1');
  });

  test('is accessible in every view', async () => {
    await browser.page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    for (const view of VIEWS) {
      await goTo(browser.page, view);
      await expectAccessible(browser.page);
    }
  });

  test('fits a narrow window', async () => {
    await browser.page.setViewportSize({ width: 560, height: 840 });
    for (const view of VIEWS) {
      await goTo(browser.page, view);
      const overflow = await browser.page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, view).toBeLessThanOrEqual(0);
      await takePicture(browser.page, `narrow-${view.toLowerCase()}`);
    }
  });

  test('complains of nothing in its console', () => {
    expect(browser.complaints).toEqual([]);
  });
});
