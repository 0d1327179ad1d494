import { afterAll, beforeAll } from 'vitest';
import { Headless } from './headless.ts';
import { openBrowser, type OpenWindow } from './window.ts';

/** Two nodes of the demo network, and the page of the first in a browser. */
export interface DemoPages {
  readonly node: Headless;
  readonly other: Headless;
  readonly browser: OpenWindow;
}

/** Opens them before the tests of the file, and closes them after these; the fields are set when the tests run. */
export function useDemoPages(): DemoPages {
  const pages = {} as { -readonly [Key in keyof DemoPages]: DemoPages[Key] };
  beforeAll(async () => {
    [pages.node, pages.other] = await Promise.all([
      Headless.start({ flags: ['--demo'] }),
      Headless.start({ flags: ['--demo'] }),
    ]);
    pages.browser = await openBrowser(pages.node.pageUrl);
  });
  afterAll(async () => {
    await pages.browser.close();
    await Promise.all([pages.node.stop(), pages.other.stop()]);
  });
  return pages;
}
