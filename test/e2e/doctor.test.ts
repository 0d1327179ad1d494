import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { useDemoPages } from '../support/demo-pages.ts';
import { expectAccessible, goTo } from '../support/window-steps.ts';
import { takePicture } from '../support/window.ts';

/* The Doctor over the demo: a node of another demo on the same machine is tested. */

const pages = useDemoPages();

/** A test lasts at most 60 s. */
const TEST_MS = 90_000;

async function testNode(page: Page, text: string): Promise<void> {
  const field = page.getByLabel('Enode URL, ENR or node ID');
  await field.fill(text);
  await field.press('Enter');
}

describe('the Doctor', () => {
  test('tests a node that would be a peer, with every step passed', { timeout: TEST_MS }, async () => {
    const { page } = pages.browser;
    await goTo(page, 'Doctor');
    await page.getByText('Test a node step by step').waitFor();
    await expectAccessible(page);
    await testNode(page, pages.other.info.enode);
    const verdict = page.getByRole('region', { name: 'Verdict' });
    await verdict.getByText('A peer', { exact: true }).waitFor({ timeout: TEST_MS });
    const steps = page.getByRole('region', { name: 'Steps' });
    expect(await steps.getByRole('img', { name: 'failed' }).count()).toBe(0);
    const hello = steps.getByRole('button', { name: /Hello/ });
    await hello.click();
    await steps.getByText('Received').first().waitFor();
    await page.keyboard.press('ArrowLeft');
    expect(await hello.getAttribute('aria-expanded')).toBe('false');
    await expectAccessible(page);
    await takePicture(page, 'doctor-peer');
    const report = page.getByRole('region', { name: 'Report' });
    await report.getByText('Enodeck Doctor: would be a peer').waitFor();
  });

  test('shows the messages of a step, and opens those of the test in the Inspector', async () => {
    const { page } = pages.browser;
    const steps = page.getByRole('region', { name: 'Steps' });
    await steps.getByRole('button', { name: /^passed Hello/ }).click();
    const wire = steps.getByRole('region', { name: 'On the wire: Hello' });
    await wire
      .getByText(/Enodeck\/.*eth\//)
      .first()
      .waitFor();
    await expectAccessible(page);
    await takePicture(page, 'doctor-wire');
    await wire.getByRole('button', { name: /Received.*Hello/ }).click();
    await page.getByRole('heading', { name: 'Inspector' }).waitFor();
    await page.getByText('test 1', { exact: true }).waitFor();
    const detail = page.getByRole('region', { name: 'Message' });
    await detail.getByText('Hello').first().waitFor();
    const rows = page.getByRole('row');
    await rows.filter({ hasText: 'ENRResponse' }).first().waitFor();
    await rows.filter({ hasText: 'Disconnect' }).first().waitFor();
    await takePicture(page, 'doctor-inspector');
    await goTo(page, 'Doctor');
    await page.getByRole('button', { name: 'Packets in Inspector' }).click();
    await page.getByText('test 1', { exact: true }).waitFor();
    await goTo(page, 'Doctor');
  });

  test('stops at TCP for a closed port, and lists both tests', { timeout: TEST_MS }, async () => {
    const { page } = pages.browser;
    // Nothing listens on TCP port 1; the UDP port is the right one.
    const { enode } = pages.other.info;
    const udp = /:(\d+)(?:\?discport=(\d+))?$/.exec(enode);
    const closed = enode.replace(/:\d+(\?.*)?$/, `:1?discport=${udp?.[2] ?? udp?.[1] ?? ''}`);
    await testNode(page, closed);
    const verdict = page.getByRole('region', { name: 'Verdict' });
    await verdict.getByText('No session', { exact: true }).waitFor({ timeout: TEST_MS });
    const steps = page.getByRole('region', { name: 'Steps' });
    const tcp = steps.getByRole('button', { name: /TCP connect/ });
    expect(await tcp.getAttribute('aria-expanded')).toBe('true');
    await tcp.getByRole('img', { name: 'failed' }).waitFor();
    expect(await steps.getByRole('listitem').filter({ hasText: 'no session' }).count()).toBe(1);
    expect(await steps.getByRole('listitem').filter({ hasText: 'a peer' }).count()).toBe(1);
    await expectAccessible(page);
    await takePicture(page, 'doctor-closed');
  });

  test('names the wrong character of a text', async () => {
    const { page } = pages.browser;
    await testNode(page, `enode://${'ab'.repeat(20)}g${'ab'.repeat(43)}c@127.0.0.1:30303`);
    await page.getByText(/^Character 49: /).waitFor();
    await expectAccessible(page);
  });

  test('checks our own node by what the nodes of the demo did', { timeout: TEST_MS }, async () => {
    const { page } = pages.browser;
    await page.getByRole('group', { name: 'What is tested' }).getByText('My own node').click();
    const verdict = page.getByRole('region', { name: 'Verdict' });
    await verdict.getByText('Reachable', { exact: true }).waitFor({ timeout: TEST_MS });
    const steps = page.getByRole('region', { name: 'Checks' });
    await steps.getByText(/connections? from the allowed networks/).waitFor();
    await expectAccessible(page);
    await takePicture(page, 'doctor-own');
  });

  test('reports no error in its console', () => {
    expect(pages.browser.complaints).toEqual([]);
  });
});
