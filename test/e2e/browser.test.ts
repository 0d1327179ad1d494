import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { useDemoPages } from '../support/demo-pages.ts';
import {
  addStaticNode,
  banAndUndo,
  changeWithRestart,
  expectAccessible,
  downloadInBrowser,
  exportAndOpen,
  goTo,
  inspectAnswer,
  readRecordOfV5,
  rowsOf,
  showPastSessions,
  talkTo,
  traceFullNode,
  waitForLiveNodes,
  waitForNodeList,
  waitForRows,
  VIEWS,
} from '../support/window-steps.ts';
import { openBrowser, takePicture } from '../support/window.ts';

const pages = useDemoPages();

describe('the page of a headless node in a browser', () => {
  test('opens with the token in the URL', async () => {
    await pages.browser.page.getByText('This node', { exact: true }).waitFor();
    await takePicture(pages.browser.page, 'browser-overview');
  });

  test('asks for the token when the URL has none', async () => {
    const second = await openBrowser(pages.node.url);
    const { page } = second;
    await page.getByRole('heading', { name: 'This page needs the node’s access token' }).waitFor();
    await second.close();
  });

  test('has the documentation beside it', async () => {
    const documentation = await openBrowser(new URL('docs/index.html', pages.node.url).href);
    const { page, complaints } = documentation;
    await page.getByRole('main').getByRole('link', { name: 'Doctor', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Doctor' }).waitFor();
    await documentation.close();
    expect(complaints).toEqual([]);
  });

  test('shows peers and buckets of the running network', async () => {
    await goTo(pages.browser.page, 'Peers');
    await waitForRows(pages.browser.page, 'Peers', 3);
    expect(await rowsOf(pages.browser.page, 'Peers').count()).toBeGreaterThanOrEqual(3);
    await goTo(pages.browser.page, 'Discovery');
    await waitForLiveNodes(pages.browser.page, 3);
  });

  test('shows v4, v5 and the DNS list, and sends a TALKREQ', async () => {
    const { page } = pages.browser;
    const record = await readRecordOfV5(page);
    expect(record).toMatch(/^enr:/);
    const dialog = await talkTo(page, record);
    await takePicture(page, 'browser-talk');
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await waitForNodeList(page);
    await takePicture(page, 'browser-dns');
  });

  test('connects to a static node that the user adds in the page', async () => {
    await addStaticNode(pages.browser.page, pages.other.info.enode, 'other');
    const ours = await pages.other.peer(pages.node.info.id, 5_000);
    expect(ours.network.inbound).toBe(true);
  });

  test('shows for a full node the failed step, the refusing side and a possible action', async () => {
    const { page } = pages.browser;
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

  test('bans a peer and undoes the ban', async () => {
    await banAndUndo(pages.browser.page);
  });

  test('stores past sessions and exports them', async () => {
    const { page } = pages.browser;
    await showPastSessions(page);
    await takePicture(page, 'browser-past');
    const downloads = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: 'CSV' }).click();
    const download = await downloads;
    expect(download.suggestedFilename()).toMatch(/\.csv$/);
    const text = await readFile(await download.path(), 'utf8');
    expect(text).toContain('/demo-');
  });

  test('records its sessions, and shows a request, its answer and the bytes of a field', async () => {
    const { page } = pages.browser;
    const { bytes, id } = await inspectAnswer(page);
    const digits = BigInt(id.replaceAll(',', ''));
    const value = digits
      .toString(16)
      .padStart(digits.toString(16).length + (digits.toString(16).length % 2), '0');
    expect(bytes.endsWith(value)).toBe(true);
    await expectAccessible(page);
    await takePicture(page, 'browser-inspector');
    await exportAndOpen(page, (act) => downloadInBrowser(page, act));
    await page.getByRole('navigation').getByRole('img', { name: 'Recording' }).waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
  });

  test('restarts the node to apply a setting', async () => {
    await changeWithRestart(pages.browser.page);
    const status = await pages.node.snapshot('status', {});
    expect(status.capabilities).toContain('snap/1');
  });

  test('is accessible in every view', async () => {
    await pages.browser.page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    for (const view of VIEWS) {
      await goTo(pages.browser.page, view);
      await expectAccessible(pages.browser.page);
    }
  });

  test('fits a narrow window', async () => {
    await pages.browser.page.setViewportSize({ width: 560, height: 840 });
    for (const view of VIEWS) {
      await goTo(pages.browser.page, view);
      const overflow = await pages.browser.page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, view).toBeLessThanOrEqual(0);
      await takePicture(pages.browser.page, `narrow-${view.toLowerCase()}`);
    }
  });

  test('reports no error in its console', () => {
    expect(pages.browser.complaints).toEqual([]);
  });
});
