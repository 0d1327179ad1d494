import { expect, test } from 'vitest';
import { readLastRun } from '../../../../src-renderer/model/last-run.ts';

/** A page with the elements of these names. */
const page = (texts: Readonly<Record<string, string>>): Parameters<typeof readLastRun>[0] => ({
  querySelector: (selector) => {
    const text = texts[/data-last="(\w+)"/.exec(selector)?.[1] ?? ''];
    return text === undefined ? null : { textContent: text };
  },
});

test('reads the facts that the application has put into the page', () => {
  expect(readLastRun(page({ network: 'sepolia', node: '0a1b…c2d3', nodes: '12' }))).toEqual({
    network: 'sepolia',
    node: '0a1b…c2d3',
    listedNodes: 12,
  });
});

test.each([
  {},
  { network: '', node: '', nodes: '' },
  { network: 'sepolia', node: '0a1b…c2d3' },
  { network: 'sepolia', node: '0a1b…c2d3', nodes: 'many' },
])('has none without all of them: %j', (texts) => {
  expect(readLastRun(page(texts))).toBeNull();
});
