import { PAGE_URL } from './page-protocol.ts';
import { escapedHtml, simplePage } from './simple-page.ts';

/** Path of the plain page, which is not a file of the built page. */
export const PLAIN_PAGE_PATH = '/page-failed';
/** URL of the plain page. */
export const PLAIN_PAGE_URL = new URL(PLAIN_PAGE_PATH, PAGE_URL).href;

/**
 * Creates the page that replaces the window's page after repeated failures.
 * @param logFolder folder of the log files
 */
export function plainPage(logFolder: string): Response {
  return simplePage(
    'The window’s page has failed three times',
    `<p>The node is still running. Its log has the details of the failures:</p>
<p><code>${escapedHtml(logFolder)}</code></p>
<p><a href="${PAGE_URL}">Load the page again</a></p>`,
  );
}
