import { describe, expect, test } from 'vitest';
import { manPages } from '../../support/man-page.ts';

describe.each([...manPages()])('build/linux/%s', (name, page) => {
  test('lists every setting and every option of the commands', async () => {
    await expect(page).toMatchFileSnapshot(`../../../build/linux/${name}`);
  });

  test('has only characters that every formatter of manual pages prints', () => {
    expect(page).toMatch(/^[\x20-\x7e\n]*$/);
  });

  test('has no line that the formatter would take for a request by mistake', () => {
    const requests = page.split('\n').filter((line) => /^[.']/.test(line));
    for (const line of requests) expect(line).toMatch(/^\.(\\" |(?:TH|SH|SS|PP|TP|BR?|RI|br|I)\b)/);
  });
});
