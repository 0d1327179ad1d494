import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults as faults, WindowVisits } from '../support/window-preview/window-visits.ts';

/* The node lists in the window: many nodes at once, the order, the undo of a removal, and the facts of a row. */

const visits = new WindowVisits();
beforeAll(() => visits.open());
afterAll(() => visits.close());

const grid = (page: Page): Locator => page.getByRole('grid', { name: 'Static' });
const rows = (page: Page): Locator => grid(page).locator('.grid-row');
const labels = (page: Page): Promise<string[]> =>
  rows(page).evaluateAll((elements) =>
    elements
      .map((row) => ({
        top: row.getBoundingClientRect().top,
        text: row.querySelector('span')?.textContent ?? '',
      }))
      .sort((a, b) => a.top - b.top)
      .map(({ text }) => text.trim()),
  );
const enode = (at: number): string =>
  `enode://${at.toString(16).padStart(8, '0').repeat(16)}@203.0.113.${String(at % 250)}:30303`;
const paste = (page: Page, text: string): Promise<void> =>
  page.evaluate((content) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', content);
    document.body.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    );
  }, text);
const hasFocus = (locator: Locator): Promise<boolean> =>
  locator.evaluate((element) => element === document.activeElement);

describe('many nodes', () => {
  it('that are pasted are shown line by line, and the chosen ones are added', async () => {
    await visits.visit('/nodes', 'typical', 'dark', async (page) => {
      await rows(page).first().waitFor();
      await paste(
        page,
        [`${enode(1)} # one`, enode(2), enode(1), 'enode://zz', `${enode(3)} # full`].join('\n'),
      );
      const dialog = page.getByRole('dialog', { name: 'Add nodes' });
      const table = page.getByRole('grid', { name: 'Nodes of the text' });
      await table.getByText('Same node as line 1').waitFor();
      await table.getByText('Character 9.').waitFor();
      expect(await table.locator('mark').textContent()).toBe('z');
      expect(await faults(page)).toEqual([]);
      await dialog.getByText(/^Not usable/).click();
      expect(await table.locator('.grid-row').count()).toBe(1);
      await dialog.getByText(/^All/).first().click();
      await table.getByRole('checkbox', { name: 'Add line 2' }).click();
      await dialog.getByRole('button', { name: 'Add 2 nodes' }).click();
      const results = page.getByRole('dialog', { name: 'Nodes that were added' });
      await page.getByText('1 node added to static, 1 refused').waitFor();
      // What was refused is shown first.
      await table.getByText('A list holds at most').waitFor();
      await results.getByText(/^All/).first().click();
      await table.getByText('Not chosen').waitFor();
    });
  });

  it('render only visible rows of 10,000, and can be taken out at once', async () => {
    await visits.visit('/nodes', 'typical', 'light', async (page) => {
      await rows(page).first().waitFor();
      await paste(page, Array.from({ length: 10_050 }, (_, at) => enode(at + 1)).join('\n'));
      const table = page.getByRole('grid', { name: 'Nodes of the text' });
      await table.waitFor();
      expect(await table.getAttribute('aria-rowcount')).toBe('10001');
      expect(await table.locator('.grid-row').count()).toBeLessThan(60);
      await page.getByText('50 more nodes are not shown').waitFor();
      await table.getByRole('checkbox', { name: 'Add all that are shown' }).click();
      expect(await page.getByRole('button', { name: 'Nothing to add' }).isDisabled()).toBe(true);
      await table.press('End');
      await table.getByText('10,000', { exact: true }).waitFor();
      await table.press(' ');
      await page.getByRole('button', { name: 'Add 1 node' }).waitFor();
      await table.getByRole('checkbox', { name: 'Add all that are shown' }).press(' ');
      await page.getByRole('button', { name: 'Add 10,000 nodes' }).waitFor();
    });
  });

  it('that are dropped as a text are all shown, however long it is', async () => {
    await visits.visit('/nodes', 'typical', 'dark', async (page) => {
      await rows(page).first().waitFor();
      await page.evaluate(
        (text) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.setData('text/plain', text);
          document.body.dispatchEvent(
            new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }),
          );
        },
        Array.from({ length: 1_000 }, (_, at) => enode(at + 1)).join('\n'),
      );
      await page.getByRole('button', { name: 'Add 1,000 nodes' }).waitFor();
    });
  });

  it('that are pasted into the form of one go to the table', async () => {
    await visits.visit('/nodes/trusted', 'typical', 'dark', async (page) => {
      await page.keyboard.press('a');
      const field = page.getByRole('dialog', { name: 'Add node' }).getByLabel('Enode URL or ENR');
      await field.evaluate(
        (element, text) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData('text/plain', text);
          element.dispatchEvent(
            new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
          );
        },
        `${enode(1)}\n${enode(2)}`,
      );
      await page.getByRole('button', { name: 'Add 2 nodes' }).waitFor();
      expect(await page.getByRole('dialog').count()).toBe(1);
    });
  });
});

describe('the first focus', () => {
  it('is in the table of pasted nodes, and in the field again after “Change text”', async () => {
    await visits.visit('/nodes', 'typical', 'dark', async (page) => {
      await rows(page).first().click({ button: 'right' });
      await page.keyboard.press('Escape');
      await paste(page, `${enode(1)}\n${enode(2)}`);
      const table = page.getByRole('grid', { name: 'Nodes of the text' });
      await table.waitFor();
      await expect.poll(() => hasFocus(table)).toBe(true);
      await page.getByRole('button', { name: 'Change text' }).click();
      await expect.poll(() => hasFocus(page.getByLabel('Nodes to add'))).toBe(true);
    });
  });

  it('is in the field of a dialog, and Close comes last', async () => {
    await visits.visit('/nodes', 'typical', 'light', async (page) => {
      await rows(page).first().click({ button: 'right' });
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Add node' }).click();
      await expect.poll(() => hasFocus(page.getByLabel('Enode URL or ENR'))).toBe(true);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
      await expect.poll(() => hasFocus(page.getByRole('button', { name: 'Close' }))).toBe(true);
    });
  });
});

describe('the order of a list', () => {
  it('is changed by keyboard, by the menu and by dragging', async () => {
    await visits.visit('/nodes', 'typical', 'light', async (page) => {
      await rows(page).first().waitFor();
      const [first = '', second = '', third = ''] = await labels(page);
      await grid(page).focus();
      await grid(page).press('ArrowDown');
      await grid(page).press('Alt+ArrowDown');
      await expect.poll(async () => (await labels(page)).slice(0, 3)).toEqual([second, first, third]);
      await grid(page).press('Alt+ArrowDown');
      await expect.poll(async () => (await labels(page)).slice(0, 3)).toEqual([second, third, first]);
      await rows(page).filter({ hasText: first }).click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Move up' }).click();
      await expect.poll(async () => (await labels(page)).slice(0, 3)).toEqual([second, first, third]);
      const grip = rows(page).filter({ hasText: first }).locator('.grip');
      const target = await rows(page).filter({ hasText: second }).boundingBox();
      await grip.hover();
      await page.mouse.down();
      await page.mouse.move((target?.x ?? 0) + 10, (target?.y ?? 0) + 4, { steps: 4 });
      await page.mouse.up();
      await expect.poll(async () => (await labels(page)).slice(0, 3)).toEqual([first, second, third]);
    });
  });

  it('is kept while the table is sorted or filtered', async () => {
    await visits.visit('/nodes', 'typical', 'dark', async (page) => {
      await rows(page).first().waitFor();
      expect(await rows(page).locator('.grip').count()).toBeGreaterThan(2);
      await page.getByRole('columnheader', { name: 'State' }).click();
      await expect.poll(() => rows(page).locator('.grip').count()).toBe(0);
    });
  });
});

describe('the removal of an entry', () => {
  it('is undone by the notice, one or several', async () => {
    await visits.visit('/nodes', 'typical', 'dark', async (page) => {
      await rows(page).first().waitFor();
      const before = await labels(page);
      for (const label of ['archive-3', 'office']) {
        await rows(page).filter({ hasText: label }).getByRole('button', { name: 'Remove node' }).click();
        await rows(page).filter({ hasText: label }).waitFor({ state: 'detached' });
      }
      await page.getByText('2 nodes removed').waitFor();
      expect(await faults(page)).toEqual([]);
      await page.getByRole('button', { name: 'Undo' }).click();
      await expect.poll(() => labels(page)).toEqual(before);
      await page.getByText('2 nodes are back in the list').waitFor();
    });
  });

  it('is undone by the keyboard', async () => {
    await visits.visit('/nodes', 'typical', 'light', async (page) => {
      await rows(page).first().waitFor();
      const before = await labels(page);
      await grid(page).focus();
      for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'Delete']) await grid(page).press(key);
      await expect.poll(() => labels(page)).not.toEqual(before);
      await page.keyboard.press('Control+z');
      await expect.poll(() => labels(page)).toEqual(before);
    });
  });
});

describe('the bans', () => {
  it('have a menu on a row, and none below the rows, where it would be that of the row before', async () => {
    await visits.visit('/nodes/banned', 'typical', 'dark', async (page) => {
      const table = page.getByRole('grid', { name: 'Banned' });
      await table.locator('.grid-row').first().click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Unban' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('menu').waitFor({ state: 'detached' });
      const { height = 0 } = (await table.boundingBox()) ?? {};
      await table.click({ button: 'right', position: { x: 200, y: height - 8 } });
      expect(await page.getByRole('menu').count()).toBe(0);
    });
  });
});

describe('the row of a list', () => {
  it('shows the node ID and, below it, the enode as it was pasted', async () => {
    await visits.visit('/nodes', 'typical', 'light', async (page) => {
      for (const width of [960, 1_280, 1_600]) {
        await page.setViewportSize({ width, height: 700 });
        const row = rows(page).filter({ hasText: 'archive-3' });
        await row.getByRole('button', { name: /^[0-9a-f]{6}…[0-9a-f]{6}$/ }).waitFor();
        await row.getByText(/^enode:\/\/[0-9a-f]{6}…[0-9a-f]{4}$/).waitFor();
        const place = row.getByText(/^@192\.0\.2\.40:30303$/);
        expect(await place.evaluate((part) => part.scrollWidth <= part.clientWidth), String(width)).toBe(
          true,
        );
      }
    });
  });

  it('has the client as a link to the peer, the last error as a link to the trace, and the node ID to copy', async () => {
    await visits.visit('/nodes', 'typical', 'dark', async (page) => {
      await rows(page).first().waitFor();
      const failed = rows(page).filter({ hasText: 'archive-3' });
      const id = await failed.getByRole('button', { name: '…' }).first().getAttribute('title');
      expect(id).toMatch(/[0-9a-f]{64}$/);
      await failed.getByRole('button', { name: '…' }).first().click();
      await page.getByText('Node ID copied').waitFor();
      await failed.getByRole('link', { name: /too many peers/i }).click();
      await page.getByRole('complementary', { name: 'Node trace' }).waitFor();
      await page.goBack();
      await rows(page).filter({ hasText: 'archive-1' }).getByRole('link', { name: /Geth/ }).click();
      await page.getByRole('heading', { level: 1, name: 'Peers' }).waitFor();
    });
  });
});
