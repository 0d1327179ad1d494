import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Headless } from '../support/headless.ts';
import {
  addStaticNode,
  banAndUndo,
  changeWithRestart,
  expectAccessible,
  exportAndOpen,
  fillNodeForm,
  goTo,
  inspectAnswer,
  readRecordOfV5,
  rowsOf,
  showPastSessions,
  talkTo,
  traceFullNode,
  staticRow,
  waitForLiveNodes,
  waitForNodeList,
  waitForRows,
  VIEWS,
} from '../support/window-steps.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { downloadInDesktop, openDesktop, takePicture, type OpenDesktop } from '../support/window.ts';

const folder = await temporaryFolder();
let desktop: OpenDesktop;
/** A node of another process on the same network, which the test adds. */
let other: Headless;

// All tests use one application, in order.
beforeAll(async () => {
  [desktop, other] = await Promise.all([
    openDesktop(folder.path, ['--demo']),
    Headless.start({ flags: ['--demo'] }),
  ]);
});

afterAll(async () => {
  await desktop.close();
  await other.stop();
  await folder.remove();
});

describe('the desktop application on the demo network', () => {
  test('opens one hardened window with the overview', async () => {
    const { app, page } = desktop;
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    await page.getByText('This node', { exact: true }).waitFor();
    expect(app.windows()).toHaveLength(1);
    expect(page.url()).toMatch(/^app:\/\//);
    expect(await page.evaluate(() => typeof (globalThis as { require?: unknown }).require)).toBe('undefined');
    expect(await page.evaluate(() => typeof (globalThis as { process?: unknown }).process)).toBe('undefined');
  });

  test('shows new peers', async () => {
    await goTo(desktop.page, 'Peers');
    await waitForRows(desktop.page, 'Peers', 3);
    await rowsOf(desktop.page, 'Peers').first().click();
    await desktop.page.getByRole('button', { name: 'Disconnect' }).first().waitFor();
    await takePicture(desktop.page, 'peers');
  });

  test('shows live nodes in the buckets', async () => {
    await goTo(desktop.page, 'Discovery');
    await waitForLiveNodes(desktop.page, 3);
    await takePicture(desktop.page, 'discovery');
  });

  test('runs a lookup and draws its hops', async () => {
    const { page } = desktop;
    // The node has run one of its own.
    await page.getByText('The node’s own lookup').waitFor();
    await page.getByRole('button', { name: 'Random' }).click();
    await page.getByText(/^Requested /).waitFor({ timeout: 30_000 });
    await page
      .getByText(/closest found in \d+ rounds?/)
      .first()
      .waitFor({ timeout: 30_000 });
  });

  test('decodes an ENR of v5, sends a TALKREQ, and shows the complete DNS list', async () => {
    const { page } = desktop;
    const record = await readRecordOfV5(page);
    await takePicture(page, 'discovery-v5');
    const dialog = await talkTo(page, record);
    await takePicture(page, 'talk');
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await waitForNodeList(page);
    await takePicture(page, 'dns');
  });

  test('rejects an invalid enode URL with its reason during input', async () => {
    const { page } = desktop;
    await goTo(page, 'Nodes');
    const dialog = await fillNodeForm(page, 'enode://12ab@127.0.0.1:30303', 'wrong');
    await dialog.getByText('The public key has 4 hex digits instead of 128').waitFor();
    expect(await dialog.getByRole('button', { name: 'Add', exact: true }).isDisabled()).toBe(true);
    await takePicture(page, 'nodes-refused');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  test('connects to a static node that the user adds in the window', async () => {
    await addStaticNode(desktop.page, other.info.enode, 'other');
    await takePicture(desktop.page, 'nodes');
    const sessions = await other.rpc<{ id: string }[]>('admin_peers');
    const { id } = await desktop.page.evaluate(async () => {
      const bridge = (globalThis as unknown as { enodeck: { subscribe: SubscribeStatus } }).enodeck;
      return new Promise<{ id: string }>((resolve) => {
        bridge.subscribe('status', {}, (text) => {
          resolve((JSON.parse(text) as { data: { identity: { id: string } } }).data.identity);
        });
      });
    });
    expect(sessions.map((session) => session.id)).toContain(id);
  });

  test('shows for a full node the failed step, the refusing side and a possible action', async () => {
    const { page } = desktop;
    const trace = await traceFullNode(page);
    await trace
      .getByText(/^\s*peer, /)
      .first()
      .waitFor();
    await trace.getByRole('button', { name: 'Copy our enode' }).waitFor();
    await takePicture(page, 'why');
    await trace.getByRole('button', { name: 'Close' }).click();
  });

  test('records its sessions, saves them as a file and opens it again', async () => {
    const { page } = desktop;
    await inspectAnswer(page);
    const path = join(folder.path, 'saved.jsonl');
    await exportAndOpen(page, (act) => downloadInDesktop(desktop, path, act));
    await page.getByRole('button', { name: 'Stop' }).click();
  });

  test('bans a peer and undoes the ban', async () => {
    await banAndUndo(desktop.page);
  });

  test('stores past sessions', async () => {
    await showPastSessions(desktop.page);
    await takePicture(desktop.page, 'past');
  });

  test('restarts the node to apply a setting', async () => {
    await changeWithRestart(desktop.page);
    await takePicture(desktop.page, 'settings');
  });

  test('says that a working copy is not updated, and that the fallback Electron gets no security fixes', async () => {
    const { app, page } = desktop;
    await goTo(page, 'Settings');
    await page.getByRole('region', { name: 'Updates' }).getByText('This is a working copy').waitFor();
    expect(await page.getByRole('button', { name: 'Check for updates' }).count()).toBe(0);
    const version = await app.evaluate(() => process.versions.electron);
    await goTo(page, 'Overview');
    await page.getByText('UDP buffer').waitFor();
    const warning = page.getByText('Electron gets no security fixes', { exact: true });
    expect(await warning.count()).toBe(Number(version.split('.', 1)[0]) < 43 ? 1 : 0);
  });

  test('shows the log and filters it', async () => {
    const { page } = desktop;
    await goTo(page, 'Logs');
    await waitForRows(page, 'Logs', 2);
    await page.getByPlaceholder('Filter by text, module, field').fill('no line has these words');
    await page.getByText('No line matches').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await waitForRows(page, 'Logs', 2);
    await takePicture(page, 'logs');
  });

  test.each(['dark', 'light'] as const)('is accessible in every view, %s', async (colorScheme) => {
    const { page } = desktop;
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const view of VIEWS) {
      await goTo(page, view);
      await expectAccessible(page);
      await takePicture(page, `${view.toLowerCase()}-${colorScheme}`);
    }
  });

  test('keeps the node list across a restart', async () => {
    const { complaints } = desktop;
    await desktop.close();
    desktop = await openDesktop(folder.path, ['--demo']);
    expect(complaints).toEqual([]);
    await goTo(desktop.page, 'Nodes');
    await staticRow(desktop.page, 'other').waitFor();
    await staticRow(desktop.page, 'other')
      .getByText(/^connected/)
      .waitFor({ timeout: 45_000 });
  });

  test('reports no error in its console', () => {
    expect(desktop.complaints).toEqual([]);
  });
});

type SubscribeStatus = (topic: 'status', params: object, listener: (text: string) => void) => () => void;
