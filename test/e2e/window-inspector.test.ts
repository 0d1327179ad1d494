import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMessage, rows, selected, table } from '../support/inspector-page.ts';
import { accessibilityFaults as faults, WindowVisits } from '../support/window-preview/window-visits.ts';

/* Use of the Inspector by mouse and keyboard, on a made-up recording whose payloads are real. */

const visits = new WindowVisits();
beforeAll(() => visits.open());
afterAll(() => visits.close());

const fields = (page: Page): Locator => page.getByRole('treegrid', { name: 'Fields' });
const lit = (page: Page): Promise<string> =>
  page.locator('.digits .lit').evaluateAll((bytes) => bytes.map((byte) => byte.textContent).join(''));

async function filter(page: Page, text: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Filter' }).fill(text);
  await page.keyboard.press('Enter');
}

const visit = <Result>(look: (page: Page) => Promise<Result>) =>
  visits.visit('/inspector', 'typical', 'dark', async (page) => {
    await rows(page).first().waitFor();
    return look(page);
  });

describe('the messages', () => {
  it('name the pair of a request, tie it with a bracket, and G goes to the other half', async () => {
    await visit(async (page) => {
      await openMessage(page, 'PooledTransactions');
      const answer = await selected(page).getAttribute('id');
      expect(await table(page).locator('.gutter.start, .gutter.end').count()).toBe(2);
      await page.keyboard.press('g');
      await page
        .getByRole('region', { name: 'Message', exact: true })
        .getByText('GetPooledTransactions')
        .first()
        .waitFor();
      expect(await selected(page).getAttribute('id')).not.toBe(answer);
      await page.getByRole('button', { name: /^answered by No\. / }).click();
      await expect.poll(() => selected(page).getAttribute('id')).toBe(answer);
    });
  });

  it('show one line for the rows in sight', async () => {
    await visit(async (page) => {
      await table(page).getByText('14 hashes, 7').first().waitFor();
    });
  });

  it('show a broken message red, say at which byte, and E finds it', async () => {
    await visit(async (page) => {
      await table(page).focus();
      await page.keyboard.press('Home');
      await page.keyboard.press('End');
      await table(page).locator('.bad').first().waitFor();
      await page.keyboard.press('e');
      await page.getByText(/^Broken at byte/).waitFor();
      await fields(page).getByText('has 31 bytes, 32 are required').waitFor();
      await fields(page).getByText('not read').waitFor();
      await expect.poll(() => page.locator('.digits .wrong').count()).toBe(32);
      expect(await page.locator('.digits .unread').count()).toBeGreaterThan(16);
    });
  });
});

describe('fields and bytes', () => {
  it('light each other', async () => {
    await visit(async (page) => {
      await openMessage(page, 'GetBlockHeaders');
      await fields(page)
        .getByRole('row', { name: /\bstartBlock\b/ })
        .hover();
      expect(await lit(page)).toBe('840140f1c3');
      await page.getByText('5 bytes at 3, 1 RLP header byte and 4 of value').waitFor();
      await page.locator('.digits [data-at="8"]').hover();
      expect(await lit(page)).toBe('28');
      await page.getByText('query.limit').waitFor();
    });
  });

  it('fold with the arrow keys, which also go from byte to byte', async () => {
    await visit(async (page) => {
      await openMessage(page, 'GetBlockHeaders');
      await fields(page)
        .getByRole('row', { name: /\bquery\b/ })
        .click();
      await page.keyboard.press('ArrowLeft');
      await fields(page)
        .getByRole('row', { name: /\bstartBlock\b/ })
        .waitFor({ state: 'detached' });
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await expect.poll(() => lit(page)).toBe('840140f1c3');
      await page.keyboard.press('Tab');
      await page.keyboard.press('ArrowRight');
      await expect.poll(() => lit(page)).toBe('28');
    });
  });

  it('keep the parents on top while their children scroll', async () => {
    await visit(async (page) => {
      await openMessage(page, 'BlockHeaders');
      await page.getByText(/^Broken at byte/).waitFor();
      await fields(page).evaluate((element) => (element.scrollTop = 220));
      await expect
        .poll(() => page.locator('.parent b').allTextContents())
        .toEqual(['BlockHeaders', 'headers', '[2]']);
    });
  });

  it('show when a request was answered', async () => {
    await visit(async (page) => {
      await openMessage(page, 'PooledTransactions');
      await page.getByRole('button', { name: 'Timing' }).click();
      await page.getByText(/^Request No\. [\d,]+ to answer No\. [\d,]+/).waitFor();
      await page.getByText(/median, .* at 95%/).waitFor();
      for (const step of [/^Receiving \d/, 'At this node', 'In the send queue', 'Encrypting', 'Whole'])
        await page.getByText(step).waitFor();
      await page.getByText(/^[\d.]+ k?B on the wire, [\d.]+ k?B compressed, [\d.]+ k?B plain$/).waitFor();
      await page.getByText('in time', { exact: true }).waitFor();
    });
  });
});

describe('the filter', () => {
  it('adds a chip on Enter, counts the hits, and Backspace takes the chip back', async () => {
    await visit(async (page) => {
      await filter(page, '-msg:Ping,Pong');
      await page.getByText('not msg Ping, Pong').waitFor();
      await expect
        .poll(() =>
          table(page)
            .locator('.name')
            .filter({ hasText: /Ping|Pong/ })
            .count(),
        )
        .toBe(0);
      const count = page.locator('.count[role="status"]');
      expect(await count.textContent()).toMatch(/^\d{3} of 1,237$/);
      await page.keyboard.press('Backspace');
      await expect.poll(() => count.textContent()).toBe('1,237 of 1,237');
    });
  });

  it('says where a term is wrong and keeps the last good filter', async () => {
    await visit(async (page) => {
      await filter(page, 'dir:out');
      await filter(page, 'size>many');
      await page.getByRole('alert').getByText('Character 6: size needs a number').waitFor();
      await page.getByText('dir out').waitFor();
      expect(await table(page).locator('.arrow.in').count()).toBe(0);
    });
  });

  it('completes keys and values', async () => {
    await visit(async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('ms');
      await page.getByRole('option', { name: 'msg:', exact: true }).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.keyboard.type('block');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      await page.getByText(/^msg Block/).waitFor();
      await expect
        .poll(() =>
          table(page)
            .locator('.name')
            .filter({ hasText: /^\s*[^B]/ })
            .count(),
        )
        .toBe(0);
    });
  });

  it('offers to drop the last term when nothing matches', async () => {
    await visit(async (page) => {
      await filter(page, 'msg:Nothing');
      await page.getByText('No message matches').waitFor();
      expect(await faults(page)).toEqual([]);
      await page.getByRole('button', { name: 'Remove “msg Nothing”' }).click();
      await rows(page).first().waitFor();
    });
  });

  it('asks the node for a hash within payloads', async () => {
    await visit(async (page) => {
      await filter(page, 'hash:0140f1c3');
      await expect.poll(() => rows(page).filter({ hasText: 'NewPooled' }).count()).toBe(0);
      expect(await rows(page).filter({ hasText: 'BlockHeaders' }).count()).toBeGreaterThan(2);
    });
  });

  it('takes a span of time from the strip', async () => {
    await visit(async (page) => {
      const strip = page.getByRole('slider', { name: 'Messages over time' });
      const box = (await strip.boundingBox())!;
      await page.mouse.move(box.x + box.width * 0.25, box.y + 20);
      const readout = strip.locator('.readout');
      expect(await readout.innerText()).toMatch(/^\d\d:\d\d:\d\d to \d\d:\d\d:\d\d\s+in\s+\d+\s+out\s+\d+$/);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.5, box.y + 20, { steps: 4 });
      await page.mouse.up();
      const chip = page.getByRole('button', { name: 'Remove the time range' });
      await chip.waitFor();
      await page.mouse.move(0, 0);
      await expect.poll(() => readout.count()).toBe(0);
      const count = page.locator('.count[role="status"]');
      const shown = Number(((await count.textContent()) ?? '').split(' of ')[0]);
      expect(shown).toBeGreaterThan(200);
      expect(shown).toBeLessThan(420);
      await strip.focus();
      await page.keyboard.press('Escape');
      await expect.poll(() => count.textContent()).toBe('1,237 of 1,237');
    });
  });
});

describe('the composer', () => {
  it('is whole beside a message at 1280 × 800', async () => {
    await visit(async (page) => {
      await page.setViewportSize({ width: 1280, height: 800 });
      await openMessage(page, 'GetPooledTransactions');
      await page.getByRole('button', { name: 'Send a request' }).click();
      await page.getByLabel('limit').waitFor();
      const composer = page.getByRole('region', { name: 'Send a request' });
      await composer.getByText('17 B plain').waitFor();
      expect(await composer.evaluate((pane) => pane.scrollHeight - pane.clientHeight)).toBe(0);
      for (const field of ['limit', 'skip', 'reverse']) {
        const box = await composer.locator('label', { hasText: field }).boundingBox();
        expect(box?.width).toBeGreaterThan(80);
        expect(box?.height).toBeLessThan(24);
      }
    });
  });
});

describe('before and after a recording', () => {
  it('says what recording keeps, records with R, and stops', async () => {
    await visits.visit('/inspector', 'empty', 'dark', async (page) => {
      await page.getByText('See every message, decoded').waitFor();
      expect(await faults(page)).toEqual([]);
      await page.keyboard.press('r');
      await page.getByText('Waiting for the first message').waitFor();
      await page.getByRole('navigation').getByRole('img', { name: 'Recording' }).waitFor();
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByText('See every message, decoded').waitFor();
    });
  });

  it('bookmarks with B, and clears after a question', async () => {
    await visit(async (page) => {
      await openMessage(page, 'PooledTransactions');
      await page.keyboard.press('b');
      await table(page).getByRole('img', { name: 'Bookmark' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('region', { name: 'Message', exact: true }).waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Next bookmark, 1 in all' }).click();
      await page.getByRole('region', { name: 'Message', exact: true }).waitFor();
      await page.getByRole('button', { name: 'Clear' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Clear' }).click();
      await page.getByText('Waiting for the first message').waitFor();
    });
  });

  it('opens with the messages of a peer', async () => {
    await visits.visit('/peers', 'typical', 'dark', async (page) => {
      await page.getByRole('row').filter({ hasText: 'archive-2' }).click();
      await page.getByRole('button', { name: 'Watch in Inspector' }).click();
      await page.getByRole('heading', { name: 'Inspector', level: 1 }).waitFor();
      await page.getByText(/^peer [0-9a-f]{8}…/).waitFor();
      await rows(page).first().waitFor();
      const peers = await table(page).locator('.peer').allTextContents();
      expect(new Set(peers.map((text) => text.trim())).size).toBe(1);
    });
  });
});

describe('accessibility', () => {
  for (const theme of ['dark', 'light'] as const) {
    it(`has no fault with a broken message, its timing, and its menu, ${theme}`, async () => {
      await visits.visit('/inspector', 'typical', theme, async (page) => {
        await table(page).locator('.bad').last().click();
        await page.getByText(/^Broken at byte/).waitFor();
        expect(await faults(page)).toEqual([]);
        await openMessage(page, 'PooledTransactions');
        await page.getByRole('button', { name: 'Timing' }).click();
        await page.getByText(/^Request No\./).waitFor();
        expect(await faults(page)).toEqual([]);
        await page.getByRole('button', { name: 'Copy', exact: true }).click();
        await page.getByRole('menu').waitFor();
        expect(await faults(page)).toEqual([]);
        await page.keyboard.press('Escape');
        await page.getByRole('menu').waitFor({ state: 'detached' });
        // The menu gives its button the focus after it has gone, and would take it from the filter.
        await page.locator('button:focus', { hasText: 'Copy' }).waitFor();
        await page.keyboard.press('/');
        await page.keyboard.type('m');
        await page.getByRole('listbox').waitFor();
        expect(await faults(page)).toEqual([]);
      });
    });
  }
});

it('causes no browser error and no violation of the Content-Security-Policy', () => {
  expect(visits.complaints).toEqual([]);
});
