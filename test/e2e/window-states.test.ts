import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXAMPLE_RECORD } from '../support/window-preview/fixture-record.ts';
import { accessibilityFaults as faults, WindowVisits } from '../support/window-preview/window-visits.ts';

/* Use of the window's views by mouse and keyboard. */

const visits = new WindowVisits();
beforeAll(() => visits.open());
afterAll(() => visits.close());

describe('the peers table', () => {
  it('renders only the visible rows of 10,000 peers, and scrolls through them while they change', async () => {
    const result = await visits.visit(
      '/peers',
      'many',
      'dark',
      async (page) => {
        await page.getByRole('row').nth(3).waitFor();
        const rendered = await page.getByRole('row').count();
        const frames = await page.evaluate(async () => {
          const grid = document.querySelector('[role="grid"]')!;
          const times: number[] = [];
          let last = performance.now();
          const until = last + 3_000;
          while (last < until) {
            await new Promise((done) => requestAnimationFrame(done));
            grid.scrollTop += 240;
            const now = performance.now();
            times.push(now - last);
            last = now;
          }
          return times;
        });
        return {
          rendered,
          frames: frames.length,
          scrolled: await page.evaluate(() => document.querySelector('[role="grid"]')!.scrollTop),
        };
      },
      true,
    );
    expect(result.rendered).toBeLessThan(80);
    // A loaded machine without a graphics processor draws few frames, so the distance is compared with their number.
    expect(result.frames).toBeGreaterThan(9);
    expect(result.scrolled).toBe(result.frames * 240);
  });

  it('filters by a condition, opens a peer with the keyboard and closes it with Escape', async () => {
    await visits.visit('/peers', 'typical', 'dark', async (page) => {
      await page.getByRole('row').nth(3).waitFor();
      await page.keyboard.press('/');
      await page.locator('[data-filter]:focus').waitFor();
      await page.keyboard.type('client:erigon ');
      const rows = page.getByRole('grid').locator('.grid-row');
      await expect.poll(() => rows.filter({ hasNotText: 'erigon' }).count()).toBe(0);
      expect(await rows.count()).toBeGreaterThan(0);
      await page.keyboard.press('Enter');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      const panel = page.getByRole('complementary', { name: 'Peer' });
      await panel.waitFor();
      await panel.getByRole('button', { name: 'Close' }).press('Escape');
      await panel.waitFor({ state: 'detached' });
    });
  });

  it('shows the source of each peer, and filters by it', async () => {
    await visits.visit('/peers', 'typical', 'dark', async (page) => {
      await page.getByRole('button', { name: 'Columns' }).click();
      await page.getByRole('menuitemcheckbox', { name: 'Source' }).click();
      await page.keyboard.press('Escape');
      // A menu returns the focus when it has closed.
      await page.getByRole('menu').waitFor({ state: 'detached' });
      await page.locator('[data-filter]').click();
      await page.locator('[data-filter]').pressSequentially('source:dns ');
      const rows = page.getByRole('grid').locator('.grid-row');
      await expect.poll(() => rows.filter({ hasText: 'DNS' }).count()).toBeGreaterThan(0);
      expect(await rows.filter({ hasNotText: 'DNS' }).count()).toBe(0);
    });
  });

  it('shows hostile names as text', async () => {
    await visits.visit('/peers', 'hostile', 'dark', async (page) => {
      await page.getByText('<img src=x onerror=alert').first().waitFor();
      expect(await page.locator('img').count()).toBe(0);
      expect(await page.getByText('{{ 7 * 7 }}').count()).toBeGreaterThan(0);
    });
  });
});

describe('the form to add a node', () => {
  it('reports errors during input', async () => {
    await visits.visit('/nodes', 'typical', 'dark', async (page) => {
      await page.keyboard.press('a');
      await page.getByLabel('Enode URL or ENR').fill('enode://12ab@192.0.2.1:30303');
      await page.getByText('hex digits').waitFor();
      expect(await page.getByRole('dialog').getByRole('button', { name: 'Add' }).isDisabled()).toBe(true);
    });
  });
});

describe('the view “Why no peer?”', () => {
  it('has no accessibility fault with a trace open', async () => {
    for (const theme of ['dark', 'light'] as const) {
      const found = await visits.visit('/why', 'typical', theme, async (page) => {
        await page.getByRole('row').nth(1).click();
        await page.getByRole('list', { name: 'Steps' }).waitFor();
        return faults(page);
      });
      expect(found).toEqual([]);
    }
  });

  it('can be used by keyboard: a step, its causes, a node, its trace, and back', async () => {
    await visits.visit('/why', 'typical', 'dark', async (page) => {
      const steps = page.getByRole('group', { name: 'All known nodes' });
      await steps.getByRole('button', { name: /^Hello/ }).focus();
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Lost between Dial and RLPx' }).waitFor();
      await page.getByRole('button', { name: /^Dial timed out/ }).press('Enter');
      await page.getByText('of 62').waitFor();
      await page.getByRole('grid', { name: 'Nodes without a session' }).focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      const panel = page.getByRole('complementary', { name: 'Node trace' });
      await panel.getByText('Dial timed out').first().waitFor();
      await panel.getByRole('button', { name: 'Close' }).press('Escape');
      await panel.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: /^Remove the filter on step/ }).click();
      await page.getByText('200 newest of').waitFor();
    });
  });

  it('opens the trace of a pasted node', async () => {
    await visits.visit('/why', 'typical', 'dark', async (page) => {
      const field = page.getByPlaceholder('Why is this node not a peer?');
      await field.fill(`a0${'1'.repeat(62)}`);
      await field.press('Enter');
      const panel = page.getByRole('complementary', { name: 'Node trace' });
      await panel.getByRole('button', { name: 'Open in Peers' }).waitFor();
    });
  });
});

describe('bans', () => {
  it('are removed and restored with one click each', async () => {
    await visits.visit('/nodes/banned', 'typical', 'dark', async (page) => {
      const rows = page.getByRole('grid', { name: 'Banned' }).locator('.grid-row');
      await rows.nth(5).waitFor();
      await rows.filter({ hasText: '198.51.100.77' }).getByRole('button', { name: 'Unban' }).click();
      await expect.poll(() => rows.count()).toBe(5);
      await page.getByRole('button', { name: 'Undo' }).click();
      await expect.poll(() => rows.count()).toBe(6);
      await page.getByText('is banned again for a week').waitFor();
    });
  });

  it('are confirmed in a dialog that names client and address, and can be undone', async () => {
    await visits.visit('/peers', 'typical', 'dark', async (page) => {
      await page.getByRole('row').nth(3).waitFor();
      await page.getByRole('grid').focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Shift+F10');
      await page.getByRole('menuitem', { name: 'Ban' }).click();
      const dialog = page.getByRole('dialog', { name: 'Ban this peer?' });
      await dialog.getByText(/Sessions with .+ at [0-9.]+:\d+ end and new ones are refused/).waitFor();
      await dialog.getByRole('radio', { name: /^IP address/ }).check();
      await dialog.getByRole('button', { name: 'Ban', exact: true }).click();
      await page.getByText(/is banned for a day/).waitFor();
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByText(/is unbanned/).waitFor();
    });
  });
});

describe('past sessions', () => {
  it('load page by page during scrolling, all with End, and can be searched', async () => {
    await visits.visit('/sessions', 'typical', 'dark', async (page) => {
      await page.getByText('200 of 5,000').waitFor();
      await page.getByRole('grid').evaluate((grid) => {
        grid.scrollTo(0, grid.scrollHeight);
      });
      await page.getByText('400 of 5,000').waitFor();
      await page.getByRole('grid').press('End');
      await page.getByText('5,000 of 5,000').waitFor();
      await page.locator('.grid-row.active[aria-rowindex="5001"]').waitFor();
      await page.getByPlaceholder('Filter by name').fill('invalid rlp');
      await page.getByText('Invalid RLP in').first().waitFor();
    });
  });
});

describe('the discovery methods', () => {
  for (const path of ['/discovery/v5', '/discovery/dns']) {
    it(`have no accessibility fault when they are off, ${path}`, async () => {
      for (const theme of ['dark', 'light'] as const)
        expect(await visits.visit(path, 'off', theme, faults)).toEqual([]);
    });
  }

  it('can be switched by keyboard', async () => {
    await visits.visit('/discovery', 'typical', 'dark', async (page) => {
      await page.getByRole('button', { name: 'v4', exact: true }).focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Sessions' }).waitFor();
      await page.getByText('WHOAREYOU').waitFor();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await page.getByRole('article', { name: 'mine.example.net' }).getByText('2 invalid answers').waitFor();
      await page.getByRole('article', { name: 'old.example.com' }).getByText('stay in use').waitFor();
    });
  });

  it('can be turned on, or lead to the setting that is missing', async () => {
    await visits.visit('/discovery/v5', 'off', 'dark', async (page) => {
      await page.getByText('Discovery v5 is off').waitFor();
      await page.getByRole('button', { name: 'Turn on', exact: true }).click();
    });
    await visits.visit('/discovery/dns', 'empty', 'dark', async (page) => {
      await page.getByText('No DNS node list for this network').waitFor();
      await page.getByRole('link', { name: 'Add a list in Settings' }).click();
      await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    });
  });
});

describe('an ENR', () => {
  it('of a node in the table is decoded, without an accessibility fault', async () => {
    for (const theme of ['dark', 'light'] as const) {
      const found = await visits.visit('/discovery/v5', 'typical', theme, async (page) => {
        await page.getByRole('button', { name: 'Decode', exact: true }).click();
        const table = page.getByRole('table', { name: 'ENR entries' });
        await table.getByRole('rowheader', { name: 'secp256k1' }).waitFor();
        await page.getByText('251 of 300 bytes').waitFor();
        return faults(page);
      });
      expect(found).toEqual([]);
    }
  });

  it('is decoded when pasted, or rejected with the node’s reason', async () => {
    await visits.visit('/discovery', 'typical', 'dark', async (page) => {
      await page.getByRole('button', { name: 'Decode an ENR' }).click();
      const field = page.getByRole('dialog').getByLabel('ENR', { exact: true });
      await field.fill('enode://12');
      await page.getByText('An enode URL contains no ENR').waitFor();
      await field.fill(`${EXAMPLE_RECORD}AAbad`);
      await page.getByText('The signature of the ENR is invalid').waitFor();
      await field.fill(` "${EXAMPLE_RECORD}" `);
      await page.getByRole('table', { name: 'ENR entries' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    });
  });

  it('can be decoded from the menu of a peer, its panel and a trace', async () => {
    const table = 'ENR entries';
    await visits.visit('/peers', 'typical', 'dark', async (page) => {
      await page.getByRole('row').nth(3).click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Decode ENR…' }).click();
      await page.getByRole('table', { name: table }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('row').nth(3).click();
      await page.getByRole('button', { name: 'Decode', exact: true }).click();
      await page.getByRole('table', { name: table }).waitFor();
    });
    await visits.visit('/why', 'typical', 'dark', async (page) => {
      await page.getByRole('row').nth(1).click();
      await page.getByRole('button', { name: 'Decode', exact: true }).click();
      await page.getByRole('table', { name: table }).waitFor();
    });
  });
});

describe('the TALKREQ dialog', () => {
  it('shows the answer as hex and text, or the reason for none, without an accessibility fault', async () => {
    for (const theme of ['dark', 'light'] as const) {
      const found = await visits.visit('/discovery/v5', 'typical', theme, async (page) => {
        await page.getByRole('button', { name: 'TALKREQ…' }).first().click();
        const dialog = page.getByRole('dialog', { name: 'Send a TALKREQ' });
        const payload = dialog.getByLabel('Payload', { exact: true });
        await dialog.getByLabel('Protocol').fill('silent');
        await payload.fill('0x7');
        await dialog.getByText('Odd number of hex digits').waitFor();
        expect(await dialog.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
        await payload.fill('0x70696e67');
        await dialog.getByRole('button', { name: 'text' }).click();
        expect(await payload.inputValue()).toBe('ping');
        await dialog.getByRole('button', { name: 'Send' }).click();
        await dialog.getByText('No response within 700 ms').waitFor();
        await dialog.getByLabel('Protocol').fill('enodeck');
        await dialog.getByRole('button', { name: 'Send' }).click();
        await dialog.getByText('70 6f 6e 67').waitFor();
        await dialog.getByText('pong from the other side').waitFor();
        return faults(page);
      });
      expect(found).toEqual([]);
    }
  });
});

describe('a crawl', () => {
  it('can be stopped, exported with a filter, and started again', async () => {
    await visits.visit('/discovery/crawl', 'typical', 'dark', async (page) => {
      await page.getByText('07c9462e, ours').waitFor();
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByText('found so far are kept').waitFor();
      await page.getByLabel('Limit').fill('no number');
      await page.getByText('A whole number from 1').waitFor();
      await page.getByLabel('Limit').fill('500');
      await page.getByRole('button', { name: 'Export 500 nodes' }).click();
      await page.getByText('500 nodes saved as nodes.json').waitFor();
      await page.getByLabel('Duration', { exact: true }).fill('2 days');
      await page.getByText('A duration from 1 s to 24 h').waitFor();
      await page.getByRole('button', { name: '30 m' }).click();
      await page.getByRole('button', { name: 'Start crawl' }).click();
      await page.getByText(/left of 30 min/).waitFor();
    });
  });
});

describe('settings', () => {
  it('distinguish a list without a value from an empty one', async () => {
    await visits.visit('/settings', 'typical', 'dark', async (page) => {
      const lists = page.getByRole('group', { name: 'DNS node lists' });
      await lists.getByRole('button', { name: 'none' }).click();
      await page.getByText('DNS node lists: saved').waitFor();
      await page.getByText('After a node restart: empty').waitFor();
      await lists.getByRole('button', { name: 'custom' }).click();
      await page.getByRole('textbox', { name: 'DNS node lists' }).waitFor();
    });
  });

  it('report an invalid value, save a valid one and undo the change', async () => {
    await visits.visit('/settings', 'typical', 'dark', async (page) => {
      const field = page.getByLabel('Maximum peers', { exact: true });
      await field.fill('99999');
      await page.getByText('A whole number from 0 to 10,000').waitFor();
      await field.fill('60');
      await field.press('Enter');
      await page.getByText('Maximum peers: saved').waitFor();
      await page.getByRole('button', { name: 'Undo' }).click();
      await expect.poll(() => field.inputValue()).toBe('50');
    });
  });
});

describe('settings that wait for a restart', () => {
  it('are named in the sidebar of every view, and one click away', async () => {
    await visits.visit('/logs', 'typical', 'dark', async (page) => {
      const note = page.getByRole('navigation').getByRole('link', { name: 'Restart needed' });
      for (const size of [
        { width: 960, height: 600 },
        { width: 853, height: 533 },
      ]) {
        await page.setViewportSize(size);
        const { y = 0, height = 0 } = (await note.boundingBox()) ?? {};
        expect(height).toBeGreaterThan(10);
        expect(y + height).toBeLessThan(size.height);
      }
      expect(await note.getAttribute('title')).toMatch(/^2 settings require a node restart\./);
      expect(await faults(page)).toEqual([]);
      await note.click();
      await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    });
  });
});

describe('a node that is not running', () => {
  it('has one message with reason and actions, and shows no data of an earlier run', async () => {
    await visits.visit('/', 'broken', 'light', async (page) => {
      const health = page.getByRole('alert');
      await health.getByText('The node is not running: port 30303 is in use').waitFor();
      expect(await page.getByRole('alert').count()).toBe(1);
      expect(await page.getByText(/\d [kM]?B\/s/).count()).toBe(0);
      expect(await page.getByText(/^enode:/).count()).toBe(0);
      await health.getByRole('button', { name: 'Use a free port, 30304' }).click();
      await page.getByText('The node runs on port 30304').waitFor();
      await health.getByRole('button', { name: 'Change port…' }).click();
      await page.locator('#setting-port input:focus').waitFor();
    });
  });

  it('has a start button when it was stopped', async () => {
    await visits.visit('/', 'stopped', 'dark', async (page) => {
      await page.getByRole('button', { name: 'Start node', exact: true }).waitFor();
      expect(await faults(page)).toEqual([]);
    });
  });
});

describe('an unknown node', () => {
  it('keeps the pasted address, and can be added to the static nodes with or without a label', async () => {
    const enode = `enode://79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8@203.0.113.9:30303`;
    await visits.visit('/why', 'typical', 'light', async (page) => {
      await page.locator('[data-filter]').fill(enode);
      await page.getByRole('button', { name: 'Trace', exact: true }).click();
      const panel = page.getByRole('complementary', { name: 'Node trace' });
      await panel.getByText('203.0.113.9:30303', { exact: true }).waitFor();
      await panel.getByRole('button', { name: 'Add to static nodes', exact: true }).waitFor();
      await panel.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: 'Add to static nodes…' }).click();
      await expect.poll(() => page.getByLabel('Enode URL or ENR').inputValue()).toBe(enode);
    });
  });
});

describe('removing a static node', () => {
  it('that is connected offers to disconnect it too', async () => {
    await visits.visit('/nodes', 'typical', 'light', async (page) => {
      await page.getByRole('button', { name: 'Remove node' }).first().click();
      const dialog = page.getByRole('alertdialog');
      await dialog.getByRole('button', { name: 'Remove only' }).waitFor();
      await dialog.getByRole('button', { name: 'Remove and disconnect' }).click();
      await page.getByText(/ removed$/).waitFor();
    });
  });
});

describe('disconnecting a peer', () => {
  it('ends the session that the dialog names', async () => {
    await visits.visit('/peers', 'typical', 'light', async (page) => {
      await page.getByRole('row').nth(3).click();
      await page.getByRole('button', { name: 'Disconnect' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Disconnect' }).click();
      await page.getByText('Disconnected', { exact: false }).first().waitFor();
    });
  });
});

it('causes no browser error and no violation of the Content-Security-Policy', () => {
  expect(visits.complaints).toEqual([]);
});
