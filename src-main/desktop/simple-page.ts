import { createHash } from 'node:crypto';
import { PAGE_HEADERS } from '../api/page-policy.ts';

/** The colours of src-renderer/styles/tokens.css; these pages use no file. */
const STYLE = `:root { color-scheme: light dark; --bg: light-dark(#f5f6f8, #0d1015); --text: light-dark(#121722, #e8ebf1);
  --muted: light-dark(#4d586a, #9aa5b6); --line: light-dark(#e3e6eb, #242b36); --surface: light-dark(#ffffff, #14181f);
  --accent: light-dark(#4558d9, #8193ff); }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--bg); color: var(--text);
  font: 14px/1.6 'Inter Variable', Inter, system-ui, sans-serif; }
main { box-sizing: border-box; width: min(40rem, 100vw - 3rem); padding: 1.5rem 1.75rem; background: var(--surface);
  border: 1px solid var(--line); border-radius: 12px; }
h1 { margin: 0 0 .75rem; font-size: 1.125rem; font-weight: 620; letter-spacing: -.01em; }
p { margin: 0 0 .75rem; overflow-wrap: anywhere; }
p:last-child { margin-bottom: 0; }
.muted { color: var(--muted); }
code { font: .93em 'JetBrains Mono', ui-monospace, monospace; }
a { color: var(--accent); font-weight: 550; }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Escapes the special characters of HTML. */
export const escapedHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/**
 * A page without script or files, for when the window's page cannot be shown.
 * @param title text of the heading
 * @param body HTML; the caller escapes the texts in it
 */
export function simplePage(title: string, body: string): Response {
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Enodeck</title>
<style>${STYLE}</style>
<main>
<h1>${escapedHtml(title)}</h1>
${body}
</main>
</html>
`;
  return new Response(html, {
    headers: {
      ...PAGE_HEADERS,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    },
  });
}
