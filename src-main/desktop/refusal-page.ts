import { PAGE_URL } from './page-protocol.ts';
import { escapedHtml, simplePage } from './simple-page.ts';

/** Path of the link that starts the application again. */
export const START_AGAIN_PATH = '/start-again';

/**
 * Creates the page of a window whose data cannot be opened.
 * @param reason the sentence of the error: what failed, and what to do
 * @param folder the data folder
 */
export function refusalPage(reason: string, folder: string): Response {
  return simplePage(
    'Enodeck cannot start',
    `<p>${escapedHtml(reason)}</p>
<p class="muted">Data folder: <code>${escapedHtml(folder)}</code></p>
<p><a href="${new URL(START_AGAIN_PATH, PAGE_URL).href}">Start again</a></p>`,
  );
}
