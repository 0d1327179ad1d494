import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rows, table } from '../support/inspector-page.ts';
import { WindowVisits } from '../support/window-preview/window-visits.ts';

/* The Inspector while messages arrive. */

const visits = new WindowVisits();
beforeAll(() => visits.open());
afterAll(() => visits.close());

const visit = <Result>(look: (page: Page) => Promise<Result>, scenario = 'typical') =>
  visits.visit(
    '/inspector',
    scenario,
    'dark',
    async (page) => {
      await rows(page).first().waitFor();
      return look(page);
    },
    true,
  );

describe('a live recording', () => {
  it('is followed until the first scroll up, and End follows it again', async () => {
    await visit(async (page) => {
      const follow = page.getByRole('button', { name: 'Follow' });
      expect(await follow.getAttribute('aria-pressed')).toBe('true');
      const isAtEnd = () =>
        table(page).evaluate((grid) => grid.scrollHeight - grid.scrollTop - grid.clientHeight < 30);
      await expect.poll(isAtEnd).toBe(true);
      await table(page).hover();
      await page.mouse.wheel(0, -600);
      await follow.getByText(/new$/).waitFor();
      expect(await follow.getAttribute('aria-pressed')).toBe('false');
      await page.getByRole('heading', { level: 1 }).click();
      await page.keyboard.press('End');
      await expect.poll(isAtEnd).toBe(true);
      expect(await follow.getAttribute('aria-pressed')).toBe('true');
    });
  });

  it('goes on while the view is paused', async () => {
    await visit(async (page) => {
      await page.keyboard.press(' ');
      const resume = page.getByRole('button', { name: 'Resume' });
      await resume.getByText(/new$/).waitFor();
      const first = await rows(page).first().textContent();
      await resume.getByText(/^\s*[\d,]{4,} new$/).waitFor();
      expect(await rows(page).first().textContent()).toBe(first);
      await page.keyboard.press(' ');
      await resume.waitFor({ state: 'detached' });
    });
  });

  it('keeps the rows in sight where they are while older ones leave', async () => {
    await visit(async (page) => {
      await table(page).hover();
      await table(page).evaluate((grid) => (grid.scrollTop -= 12_000));
      await page.getByRole('button', { name: 'Follow' }).getByText(/new$/).waitFor();
      const topNumber = () =>
        table(page).evaluate((grid) => {
          const edge = grid.getBoundingClientRect().top + 40;
          const seen = [...grid.querySelectorAll('.grid-row')]
            .map((row) => ({
              top: row.getBoundingClientRect().top,
              text: row.children[1]?.textContent ?? '',
            }))
            .filter(({ top }) => top >= edge)
            .sort((a, b) => a.top - b.top);
          return seen[0]?.text.trim();
        });
      const before = await topNumber();
      await page
        .getByRole('button', { name: 'Follow' })
        .getByText(/^\s*[1-9],\d{3} new$/)
        .waitFor();
      expect(await topNumber()).toBe(before);
    }, 'many');
  });

  it('follows the newest while older ones leave', async () => {
    await visit(async (page) => {
      const newest = () =>
        rows(page)
          .last()
          .evaluate((row) => Number(row.children[1]?.textContent.replace(/\D/g, '')));
      await expect.poll(newest).toBeGreaterThan(22_000);
      expect(await page.getByRole('button', { name: 'Follow' }).getAttribute('aria-pressed')).toBe('true');
    }, 'many');
  });

  it('does not write a row in sight again when older ones leave', async () => {
    await visit(async (page) => {
      await table(page).evaluate((grid) => (grid.scrollTop -= 120_000));
      const follow = page.getByRole('button', { name: 'Follow' });
      await follow.getByText(/new$/).waitFor();
      await table(page).evaluate((grid) => {
        const numbers = [...grid.querySelectorAll('.grid-row > :nth-child(2)')];
        const observer = new MutationObserver((found) => {
          grid.setAttribute('data-written', String(found.length));
        });
        for (const cell of numbers)
          observer.observe(cell, { characterData: true, childList: true, subtree: true });
      });
      await follow.getByText(/^\s*[1-9],\d{3} new$/).waitFor();
      expect(await table(page).getAttribute('data-written')).toBeNull();
    }, 'many');
  });

  it('draws only the rows in sight of 20,000, while 1,000 arrive each second', async () => {
    const result = await visit(async (page) => {
      const rendered = await rows(page).count();
      const scrolled = await page.evaluate(async () => {
        const grid = document.querySelector('[role="grid"]')!;
        let frames = 0;
        const until = performance.now() + 3_000;
        while (performance.now() < until) {
          await new Promise((done) => requestAnimationFrame(done));
          grid.scrollTop -= 240;
          frames += 1;
        }
        return frames;
      });
      return { rendered, frames: scrolled };
    }, 'many');
    expect(result.rendered).toBeLessThan(80);
    // A loaded machine without a graphics processor draws few frames; the pictures tell the speed of a usual one.
    expect(result.frames).toBeGreaterThan(9);
  });
});

it('causes no browser error and no violation of the Content-Security-Policy', () => {
  expect(visits.complaints).toEqual([]);
});
