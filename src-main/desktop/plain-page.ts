import { createHash } from 'node:crypto';
import { PAGE_HEADERS } from '../api/page-policy.ts';
import { PAGE_URL, PLAIN_PAGE_PATH } from './page-protocol.ts';

const STYLE = `:root { color-scheme: light dark; }
body { max-width: 40rem; margin: 15vh auto; padding: 0 1.5rem; font: 1rem/1.6 system-ui, sans-serif; }
h1 { font-size: 1.25rem; font-weight: 600; }
code { overflow-wrap: anywhere; }
a { color: LinkText; }`;

/** Escapes the special characters of HTML. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/**
 * Creates the page that replaces the window's page after repeated failures: without script or external resources.
 * @param logFolder folder of the log files
 */
export function plainPage(logFolder: string): Response {
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Enodeck</title>
<style>${STYLE}</style>
<main>
<h1>The window’s page has failed three times</h1>
<p>The node is still running. Its log has the details of the failures:</p>
<p><code>${escaped(logFolder)}</code></p>
<p><a href="${PAGE_URL}">Load the page again</a></p>
</main>
</html>
`;
  const hash = createHash('sha256').update(STYLE).digest('base64');
  return new Response(html, {
    headers: {
      ...PAGE_HEADERS,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    },
  });
}

/** URL of the plain page. */
export const PLAIN_PAGE_URL = new URL(PLAIN_PAGE_PATH, PAGE_URL).href;
