import type { Plugin } from 'vite';

const ENTRY = /\s*<script type="module" crossorigin src="([^"]+)"><\/script>/;
const PRELOAD = /\s*<link rel="modulepreload" crossorigin href="([^"]+)">/g;

/**
 * Moves the scripts of a built page to a script at its end, src-renderer/public/start.js, which loads them after the first
 * paint.
 * @throws Error when the page has no script of its own
 */
export function withLateEntry(html: string): string {
  const entry = ENTRY.exec(html)?.[1];
  if (entry === undefined) throw new Error('The built page has no <script type="module">.');
  const preload = [...html.matchAll(PRELOAD)].map(([, href = '']) => href).join(' ');
  const start = `<script src="./start.js" data-entry="${entry}" data-preload="${preload}"></script>`;
  return html
    .replace(ENTRY, '')
    .replace(PRELOAD, '')
    .replace('</body>', () => `  ${start}\n  </body>`);
}

/** The plugin that does so in a build; the development server loads the page's modules itself. */
export function lateEntry(): Plugin {
  return {
    name: 'enodeck-late-entry',
    apply: 'build',
    transformIndexHtml: { order: 'post', handler: withLateEntry },
  };
}
