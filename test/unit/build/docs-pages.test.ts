import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DOCUMENTS, makeDocs } from '../../../build/docs-pages.ts';
import { mayOpenExternally } from '../../../src-main/desktop/security.ts';

const FOLDER = resolve(import.meta.dirname, '../../../docs');
/** Documents for those who change the program. */
const FOR_DEVELOPERS = ['ARCHITECTURE.md', 'PERFORMANCE.md', 'test-map.md'];

const files = await makeDocs(FOLDER, '../assets/docs-x.css');
const pages = [...files].filter(
  (entry): entry is [string, string] => entry[0].endsWith('.html') && typeof entry[1] === 'string',
);

const targets = (attribute: string): { page: string; target: string }[] =>
  pages.flatMap(([page, html]) =>
    [...html.matchAll(new RegExp(` ${attribute}="([^"]+)"`, 'g'))].map(([, target = '']) => ({
      page,
      target,
    })),
  );

describe('the pages of the documentation', () => {
  test('are all documents that are not for developers', () => {
    const written = readdirSync(FOLDER).filter((name) => name.endsWith('.md'));
    const packed = Object.values(DOCUMENTS).flatMap((group) => Object.keys(group));
    expect([...packed.map((name) => `${name}.md`), ...FOR_DEVELOPERS].sort()).toEqual(written.sort());
  });

  test('link to pages, headings and files that are there, and to hosts that may be opened', () => {
    const wrong = targets('href').filter(({ page, target }) => {
      if (target.startsWith('https:')) return !mayOpenExternally(target);
      if (target.startsWith('../')) return false;
      const [file = '', anchor] = target.split('#', 2);
      const text = files.get(file === '' ? page : file);
      return text === undefined || (anchor !== undefined && !String(text).includes(` id="${anchor}"`));
    });
    expect(wrong).toEqual([]);
    expect(targets('src').filter(({ target }) => !files.has(target))).toEqual([]);
    expect(targets('src').length).toBeGreaterThan(5);
  });

  test('have one heading, a contents list that marks them, and the style sheet', () => {
    for (const [page, html] of pages) {
      expect(html.match(/<h1/g), page).toHaveLength(1);
      expect(html.match(/aria-current="page"/g), page).toHaveLength(1);
      expect(html, page).toContain('<link rel="stylesheet" href="../assets/docs-x.css">');
    }
  });

  test('name the documents that they link to by title', () => {
    expect(files.get('desktop.html')).toContain('<a href="packages.html">Packages</a> says');
    expect(pages.filter(([, html]) => html.includes('.md</a>'))).toEqual([]);
  });

  test('offer the dissector for Wireshark', () => {
    expect(files.has('enodeck.lua')).toBe(true);
    expect(files.get('recording.html')).toContain('<a href="enodeck.lua" download>');
  });
});
