import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DesktopBridge } from '../../shared/api-channels.ts';
import { brokenRingSides } from '../support/focus-ring.ts';
import { accessibilityFaults as faults, WindowVisits } from '../support/window-preview/window-visits.ts';

/* What all tables share: headers, columns, density, the choice of many rows, menus, and Escape. */

const START_MS = 180_000;
const visits = new WindowVisits();
beforeAll(() => visits.open(), START_MS);
afterAll(async () => {
  await visits.close();
  expect(visits.complaints).toEqual([]);
});

const rowsOf = (page: Page): Locator => page.getByRole('grid').locator('.grid-row');
const chosenOf = (page: Page): Locator => page.locator('.grid-row[aria-selected="true"]');
const headOf = (page: Page, name: string): Locator => page.getByRole('columnheader', { name, exact: true });
const titles = (page: Page): Promise<string[]> =>
  page.getByRole('columnheader').evaluateAll((cells) => cells.map((cell) => cell.textContent.trim()));
/** How many rows can be seen as a whole, in their table and in the window. */
const wholeRows = (page: Page): Promise<number> =>
  rowsOf(page).evaluateAll((rows) => {
    const table = rows[0]?.closest('.grid-scroll')?.getBoundingClientRect().bottom ?? 0;
    const end = Math.min(table, innerHeight);
    return rows.filter((row) => row.getBoundingClientRect().bottom <= end).length;
  });
/** Where the latencies and the marks of missing ones end, pixels: one place if they stand under each other. */
const latencyEnds = async (page: Page): Promise<readonly number[]> => {
  const figures = page.locator('.grid-row .figure');
  expect(await figures.allTextContents()).toContain('–');
  return figures.evaluateAll((all) => [
    ...new Set(all.map((figure) => Math.round(figure.getBoundingClientRect().right))),
  ]);
};
/** The values of a panel that end with a port which is not whole in sight. */
const cutPorts = async (panel: Locator): Promise<readonly string[]> => {
  const values = panel.locator('dd.mono').filter({ hasText: /:\d+$/ });
  expect(await values.count()).toBeGreaterThanOrEqual(2);
  return values.evaluateAll((all) =>
    all.flatMap((value) => {
      const words = document.createTreeWalker(value, NodeFilter.SHOW_TEXT);
      while (words.nextNode());
      const range = document.createRange();
      range.selectNode(words.currentNode);
      const { right, bottom } = range.getBoundingClientRect();
      const room = value.getBoundingClientRect();
      return right <= room.right + 1 && bottom <= room.bottom + 1 ? [] : [value.textContent];
    }),
  );
};
const widthOf = async (cell: Locator): Promise<number> => Math.round((await cell.boundingBox())?.width ?? 0);

describe('the header of a table', () => {
  it('sorts with a click anywhere in a cell, and with the keyboard', async () => {
    await visits.visit('/peers', 'typical', 'light', async (page) => {
      const grid = page.getByRole('grid');
      expect(await grid.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
      for (const forcedColors of ['none', 'active'] as const) {
        await page.emulateMedia({ forcedColors });
        await grid.press('ArrowDown');
        expect(await brokenRingSides(page, grid), forcedColors).toEqual([]);
      }
      await page.emulateMedia({ forcedColors: 'none' });
      expect(await latencyEnds(page)).toHaveLength(1);
      const head = headOf(page, 'Client');
      const { x = 0, y = 0, width = 0, height = 0 } = (await head.boundingBox()) ?? {};
      await page.mouse.click(x + width - 12, y + height - 3);
      expect(await head.getAttribute('aria-sort')).toBe('ascending');
      await head.getByRole('button').press('Enter');
      expect(await head.getAttribute('aria-sort')).toBe('descending');
    });
  });

  it.each([
    ['/sessions', 'Duration'],
    ['/nodes/known', 'Client'],
    ['/nodes/banned', 'Since'],
    ['/why', 'Cause'],
  ])('sorts %s by %s', async (path, name) => {
    await visits.visit(path, 'typical', 'dark', async (page) => {
      await rowsOf(page).first().waitFor();
      await page.getByRole('grid').press('ArrowDown');
      expect(await brokenRingSides(page, page.getByRole('grid'))).toEqual([]);
      const head = headOf(page, name);
      expect(await head.getAttribute('aria-sort')).toBe('none');
      await head.click();
      await expect.poll(() => head.getAttribute('aria-sort')).toMatch(/^(as|des)cending$/);
      expect(await faults(page)).toEqual([]);
    });
  });
});

describe('the columns of a table', () => {
  it('are dragged to another place, resized by the edge, and stay so', async () => {
    await visits.visit('/peers', 'typical', 'dark', async (page) => {
      await headOf(page, 'Latency').dragTo(headOf(page, 'Client'), { targetPosition: { x: 4, y: 10 } });
      await expect.poll(() => titles(page)).toEqual(expect.arrayContaining(['Latency']));
      const order = await titles(page);
      expect(order.indexOf('Latency')).toBe(order.indexOf('Client') - 1);
      expect(await headOf(page, 'Latency').getAttribute('aria-sort')).toBe('none');

      await headOf(page, 'Latency').getByRole('button').press('Enter');
      expect(await headOf(page, 'Latency').getAttribute('aria-sort')).toBe('ascending');

      const head = headOf(page, 'Address');
      const before = await widthOf(head);
      const { x = 0, y = 0, width = 0 } = (await head.boundingBox()) ?? {};
      await page.mouse.move(x + width, y + 10);
      await page.mouse.down();
      await page.mouse.move(x + width + 30, y + 10, { steps: 4 });
      await page.mouse.up();
      await expect.poll(() => widthOf(head)).toBe(before + 30);

      await page.reload();
      await expect.poll(() => titles(page)).toEqual(order);
      expect(await widthOf(headOf(page, 'Address'))).toBe(before + 30);
      const edge = headOf(page, 'Address').locator('.edge');
      await edge.dblclick();
      await expect.poll(() => widthOf(headOf(page, 'Address'))).not.toBe(before + 30);
    });
  });

  it('are moved and resized with the keyboard, hidden from the menu, and reset', async () => {
    await visits.visit('/peers', 'typical', 'light', async (page) => {
      const at = async (name: string): Promise<number> => (await titles(page)).indexOf(name);
      const button = headOf(page, 'Address').getByRole('button');
      const before = await at('Address');
      await button.press('Alt+ArrowRight');
      await expect.poll(() => at('Address')).toBe(before + 1);
      // Without a click or a Tab between the keys: the cell keeps the focus.
      await page.keyboard.press('Alt+ArrowRight');
      await expect.poll(() => at('Address')).toBe(before + 2);
      const width = await widthOf(headOf(page, 'Address'));
      await button.press('Shift+ArrowRight');
      await expect.poll(() => widthOf(headOf(page, 'Address'))).toBe(width + 16);
      await button.press('Shift+F10');
      expect(await faults(page)).toEqual([]);
      await page.getByRole('menuitem', { name: 'Hide column' }).click();
      await expect.poll(() => at('Address')).toBe(-1);
      await page.getByRole('button', { name: 'Columns' }).click();
      expect(await faults(page)).toEqual([]);
      await page.getByRole('menuitem', { name: 'Reset columns' }).click();
      await expect.poll(() => at('Address')).toBe(before);
    });
  });

  it('are those of the table when what is saved is not valid', async () => {
    await visits.visit('/peers', 'typical', 'light', async (page) => {
      const order = await titles(page);
      await page.evaluate(() =>
        localStorage.setItem(
          'enodeck.tables',
          '{"version":1,"tables":{"peers":{"order":[{}],"widths":{"id":"x"}}}}',
        ),
      );
      await page.reload();
      await rowsOf(page).first().waitFor();
      expect(await titles(page)).toEqual(order);
    });
  });

  it('are as an earlier version saved them', async () => {
    await visits.visit('/peers', 'typical', 'light', async (page) => {
      await page.evaluate(() => {
        localStorage.removeItem('enodeck.tables');
        localStorage.setItem('enodeck.peer-columns', '["client","way","id"]');
      });
      await page.reload();
      await rowsOf(page).first().waitFor();
      expect(await titles(page)).toEqual(['Client', 'ID', 'Direction']);
    });
  });

  it('stand closer in all tables when the density is compact', async () => {
    await visits.visit('/peers', 'typical', 'dark', async (page) => {
      const height = async (): Promise<number> => (await rowsOf(page).first().boundingBox())?.height ?? 0;
      expect(await height()).toBe(32);
      await page.getByRole('button', { name: 'Columns' }).click();
      await page.getByRole('menuitemradio', { name: 'Compact' }).click();
      await expect.poll(height).toBe(26);
      await page.keyboard.press('Escape');
      expect(await faults(page)).toEqual([]);
      await page.evaluate(() => (location.hash = '#/sessions'));
      await page.getByRole('grid', { name: 'Past sessions' }).waitFor();
      expect(await height()).toBe(26);
    });
  });

  it('are five at least beside the panel in a window of 960 by 600, with eight rows', async () => {
    await visits.visit('/peers', 'typical', 'light', async (page) => {
      await page.setViewportSize({ width: 960, height: 600 });
      await rowsOf(page).nth(2).click();
      const panel = page.getByRole('complementary', { name: 'Peer' });
      expect(await widthOf(panel)).toBeLessThanOrEqual(300);
      const shown = (await titles(page)).filter((title) => title !== '');
      expect(shown).toEqual(['Client', 'Direction', 'In/s', 'Out/s', 'Latency']);
      expect(await latencyEnds(page)).toHaveLength(1);
      expect(await cutPorts(panel)).toEqual([]);
      // As it is copied and read aloud.
      expect(await panel.locator('.middle-text').first().innerText()).toMatch(/^enode:\/\/\w+@\S+:\d+$/);
      expect(await wholeRows(page)).toBeGreaterThanOrEqual(8);
    });
  });

  it('leave five rows of “Why no peer?” in sight in a window of 960 by 600', async () => {
    await visits.visit('/why', 'typical', 'dark', async (page) => {
      await page.setViewportSize({ width: 960, height: 600 });
      await rowsOf(page).first().waitFor();
      await expect.poll(() => wholeRows(page)).toBeGreaterThanOrEqual(5);
      await page.getByRole('heading', { name: 'What it means' }).waitFor();
      expect(await faults(page)).toEqual([]);
    });
  });
});

describe('the rows of a table', () => {
  it('keep their elements while they are scrolled, and stand in their order afterwards', async () => {
    await visits.visit('/peers', 'many', 'light', async (page) => {
      await rowsOf(page).first().waitFor();
      const changes = await page.getByRole('grid').evaluate(async (grid) => {
        const changed: MutationRecord[] = [];
        const observer = new MutationObserver((records) => changed.push(...records));
        observer.observe(grid.querySelector('.grid-row')?.parentElement as Element, { childList: true });
        // All within one task, so that the table does not rest in between.
        for (let step = 0; step < 8; step++) {
          grid.scrollTop += 330;
          grid.dispatchEvent(new Event('scroll'));
          for (let turn = 0; turn < 8; turn++) await Promise.resolve();
        }
        changed.push(...observer.takeRecords());
        observer.disconnect();
        return changed.length;
      });
      expect(changes).toBe(0);
      const places = (): Promise<number[]> =>
        rowsOf(page).evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('aria-rowindex'))));
      await expect.poll(async () => (await places()).every((at, n, all) => at === all[0]! + n)).toBe(true);
      expect((await places())[0]).toBeGreaterThan(50);
    });
  });

  it('have their places and colours at once with reduced motion, though their elements had others', async () => {
    await visits.visit('/peers', 'many', 'light', async (page) => {
      await rowsOf(page).first().waitFor();
      const moving = await page.getByRole('grid').evaluate(async (grid) => {
        grid.scrollTop += 660;
        grid.dispatchEvent(new Event('scroll'));
        for (let turn = 0; turn < 8; turn++) await Promise.resolve();
        return grid.getAnimations({ subtree: true }).length;
      });
      expect(moving).toBe(0);
    });
  });
});

describe('many rows', () => {
  it('are chosen with Ctrl and Shift, by mouse and keyboard, and let go with Escape', async () => {
    await visits.visit('/peers', 'typical', 'dark', async (page) => {
      const bar = page.getByRole('toolbar', { name: 'Chosen rows' });
      await rowsOf(page)
        .nth(1)
        .click({ modifiers: ['Control'] });
      await rowsOf(page)
        .nth(4)
        .click({ modifiers: ['Shift'] });
      await bar.getByText('4 chosen').waitFor();
      expect(await faults(page)).toEqual([]);
      await page.keyboard.press('Shift+ArrowDown');
      await bar.getByText('5 chosen').waitFor();
      await page.keyboard.press('Control+a');
      await bar.getByText('37 chosen').waitFor();
      await page.keyboard.press('Escape');
      await bar.waitFor({ state: 'detached' });
      expect(await chosenOf(page).count()).toBe(0);
    });
  });

  it('keep their actions in sight while a notice is shown', async () => {
    await visits.visit('/peers', 'typical', 'light', async (page) => {
      await rowsOf(page)
        .nth(1)
        .click({ modifiers: ['Control'] });
      const bar = page.getByRole('toolbar', { name: 'Chosen rows' });
      await bar.getByRole('button', { name: 'Copy node ID' }).click();
      const toast = await page.locator('.toast').boundingBox();
      const actions = await bar.boundingBox();
      expect((toast?.y ?? 0) + (toast?.height ?? 0)).toBeLessThanOrEqual(actions?.y ?? 0);
    });
  });

  it('are disconnected after a confirmation that names them, without those that the filter hides', async () => {
    await visits.visit('/peers', 'typical', 'light', async (page) => {
      await rowsOf(page)
        .first()
        .click({ modifiers: ['Control'] });
      await page.keyboard.press('Control+a');
      await page.keyboard.press('/');
      await page.keyboard.type('archive');
      const bar = page.getByRole('toolbar', { name: 'Chosen rows' });
      await bar.getByText('One chosen').waitFor();
      await page.keyboard.press('Escape');
      await page.getByText('37 of 37').waitFor();
      await bar.getByText('One chosen').waitFor();
      await rowsOf(page)
        .first()
        .click({ modifiers: ['Control'] });
      await bar.getByText('2 chosen').waitFor();
      await bar.getByRole('button', { name: 'Disconnect…' }).click();
      const dialog = page.getByRole('alertdialog', { name: 'Disconnect 2 peers?' });
      expect(await dialog.getByRole('listitem').count()).toBe(2);
      await dialog.getByRole('listitem').filter({ hasText: 'archive-2' }).waitFor();
      expect(await faults(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Disconnect' }).click();
      await page.getByText('2 peers disconnected').waitFor();
      await page.getByText('35 of 35').waitFor();
    });
  });

  it('that could not be changed are named with the reason', async () => {
    await visits.visit('/peers', 'typical', 'dark', async (page) => {
      await page.getByText('archive-2').first().click();
      const id = await page.evaluate(() => location.hash.split('/').pop() ?? '');
      await rowsOf(page)
        .first()
        .click({ modifiers: ['Control'] });
      await page.getByRole('button', { name: 'Disconnect…' }).click();
      // It leaves while the dialog asks.
      await page.evaluate((gone) => {
        const { enodeck } = globalThis as unknown as { enodeck: DesktopBridge };
        return enodeck.request('peers.disconnect', { id: gone });
      }, id);
      await page.getByRole('alertdialog').getByRole('button', { name: 'Disconnect' }).click();
      const outcome = page.getByRole('alertdialog', { name: '1 of 2 done' });
      const failed = outcome.getByRole('list', { name: 'Not done' }).getByRole('listitem');
      expect(await failed.allTextContents()).toEqual([expect.stringMatching(/^archive-2, .*has ended/)]);
      await outcome.getByRole('button', { name: 'Close' }).click();
      await outcome.waitFor({ state: 'detached' });
    });
  });

  it('have the same menu as one, with how many each action applies to', async () => {
    await visits.visit('/nodes/known', 'typical', 'dark', async (page) => {
      await rowsOf(page)
        .nth(0)
        .click({ modifiers: ['Control'] });
      await rowsOf(page)
        .nth(3)
        .click({ modifiers: ['Shift'] });
      await rowsOf(page).nth(2).click({ button: 'right' });
      await page.getByRole('menuitem', { name: /^Copy node ID\s*4$/ }).waitFor();
      await page.getByRole('menuitem', { name: /^Ban…/ }).click();
      const dialog = page.getByRole('alertdialog', { name: 'Ban 4 nodes?' });
      await dialog.getByRole('group', { name: 'Duration' }).waitFor();
      expect(await dialog.getByRole('listitem').count()).toBe(4);
      expect(await faults(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      // The dialog had the key: the rows are still chosen.
      await page.getByText('4 chosen').waitFor();
    });
  });
});

describe('the panel of a row', () => {
  it.each([
    ['/peers', 'Peer'],
    ['/sessions', 'Peer'],
    ['/nodes/known', 'Node trace'],
    ['/why', 'Node trace'],
    ['/logs', 'Log line'],
  ])(
    'of %s closes with Escape from wherever the focus is, and gives the table its focus back',
    async (path, name) => {
      await visits.visit(path, 'typical', 'dark', async (page) => {
        const grid = page.getByRole('grid').last();
        const panel = page.getByRole('complementary', { name });
        const isBack = (): Promise<boolean> => grid.evaluate((element) => element === document.activeElement);
        for (const focus of [
          () => panel.getByRole('button', { name: 'Close' }).focus(),
          () => page.getByRole('link', { name: 'Overview' }).focus(),
          () => page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur()),
        ]) {
          await rowsOf(page).first().click();
          await panel.waitFor();
          await focus();
          await page.keyboard.press('Escape');
          await panel.waitFor({ state: 'detached' });
          expect(await isBack()).toBe(true);
          expect(await page.locator('.grid-row.active').count()).toBe(1);
        }
      });
    },
  );

  it('stays while a menu, a dialog or a filled field takes Escape', async () => {
    await visits.visit('/peers', 'typical', 'light', async (page) => {
      await rowsOf(page).first().click();
      const panel = page.getByRole('complementary', { name: 'Peer' });
      await panel.getByRole('button', { name: 'More' }).click();
      await page.keyboard.press('Escape');
      await page.getByRole('menu').waitFor({ state: 'detached' });
      await panel.waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await panel.waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('geth');
      await page.keyboard.press('Escape');
      await page.getByText('37 of 37').waitFor();
      await panel.waitFor();
      await page.keyboard.press('Escape');
      await panel.waitFor({ state: 'detached' });
    });
  });
});

describe('the menu of a node', () => {
  it('opens on a cell of the table of Discovery, by mouse and keyboard, and not on an empty one', async () => {
    await visits.visit('/discovery/v5', 'typical', 'dark', async (page) => {
      const cell = page.getByRole('grid', { name: 'Table buckets' }).locator('.long').first();
      await cell.click({ button: 'right' });
      for (const name of [
        'Dial now',
        'Add to static nodes',
        'Look up this node',
        'TALKREQ…',
        'Copy enode',
        'Ban…',
      ])
        await page.getByRole('menuitem', { name }).waitFor();
      expect(await faults(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('menu').waitFor({ state: 'detached' });
      await cell.focus();
      await page.keyboard.press('Shift+F10');
      await page.getByRole('menuitem', { name: 'Trace…' }).click();
      await page.getByRole('complementary', { name: 'Node trace' }).waitFor();
      await page.evaluate(() => (location.hash = '#/discovery/v5'));
      await page.getByRole('gridcell', { name: /empty/i }).first().click({ button: 'right' });
      expect(await page.getByRole('menu').count()).toBe(0);
    });
  });

  it('opens on the nodes of a lookup and on the card of a node', async () => {
    await visits.visit('/discovery', 'typical', 'light', async (page) => {
      await page.getByRole('group', { name: 'Lookup' }).getByText('Closest').click();
      const found = page.getByRole('list', { name: 'Closest' }).getByRole('listitem').first();
      await found.getByRole('button', { name: 'Actions' }).click();
      await page.getByRole('menuitem', { name: 'Test in Doctor' }).waitFor();
      expect(await faults(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('menu').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Actions' }).first().click();
      await page.getByRole('menuitem', { name: 'Ban…' }).click();
      await page.getByRole('dialog', { name: 'Ban this peer?' }).waitFor();
    });
  });

  it('edits and removes an entry of a node list, one or many', async () => {
    await visits.visit('/nodes', 'typical', 'dark', async (page) => {
      await rowsOf(page).first().click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Remove', exact: true }).waitFor();
      expect(await faults(page)).toEqual([]);
      await page.getByRole('menuitem', { name: 'Edit…' }).click();
      await page.getByRole('dialog', { name: 'Edit node' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await rowsOf(page)
        .nth(0)
        .click({ modifiers: ['Control'] });
      await rowsOf(page)
        .nth(1)
        .click({ modifiers: ['Control'] });
      await page
        .getByRole('toolbar', { name: 'Chosen rows' })
        .getByRole('button', { name: 'Remove from static' })
        .click();
      await page.getByRole('alertdialog', { name: 'Remove 2 static nodes?' }).waitFor();
    });
  });

  it('is one click away for the nodes of the DNS lists', async () => {
    await visits.visit('/discovery/dns', 'typical', 'light', async (page) => {
      await page.getByRole('button', { name: 'Nodes found by DNS' }).click();
      await rowsOf(page).first().click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Copy enode' }).waitFor();
      expect(await page.getByLabel('Source', { exact: true }).inputValue()).toBe('by:dns');
    });
  });
});
