import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fillSkeleton, withoutThemeScript } from '../../../src-main/desktop/skeleton.ts';
import { en } from '../../../src-renderer/messages/en.ts';
import { VIEW_GROUPS } from '../../../src-renderer/navigation.ts';

const HTML = readFileSync(resolve(import.meta.dirname, '../../../src-renderer/index.html'), 'utf8');
const RUN = { network: 'sepolia', nodeId: `0a1b${'00'.repeat(28)}c2d3`, listedNodes: 12 };

/** The texts of the elements of a class, in order. */
const textsOf = (name: string): string[] =>
  [...HTML.matchAll(new RegExp(`class="${name}[^"]*">([^<]+)<`, 'g'))].map(([, text = '']) => text.trim());

describe('the skeleton of the page', () => {
  test('has the views and words of the window', () => {
    const views = VIEW_GROUPS.flat().map((view) => en.view[view]);
    expect(textsOf('sk-word')).toEqual(['Enodeck', ...views, en.phase.starting, en.common.loading]);
    expect(textsOf('sk-last')).toEqual([en.shell.lastRun]);
  });

  test('shows the facts of the last run and that the data is being opened', () => {
    const html = fillSkeleton(HTML, RUN);
    expect(html).toContain('<html data-opening lang="en">');
    expect(html).toContain('data-last="network">sepolia<');
    expect(html).toContain('data-last="node">0a1b…c2d3<');
    expect(html).toContain('data-last="nodes">12<');
  });

  test('does not wait for the script of the theme, which the application has set', () => {
    expect(HTML).toContain('theme.js');
    expect(withoutThemeScript(HTML)).not.toContain('theme.js');
  });

  test('shows no facts before the first run', () => {
    expect(fillSkeleton(HTML, undefined)).toBe(HTML.replace('<html', '<html data-opening'));
  });

  test('escapes the facts', () => {
    expect(fillSkeleton(HTML, { ...RUN, network: '<script>$&' })).toContain('>&lt;script&gt;$&amp;<');
  });
});
