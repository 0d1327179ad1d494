import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { escapedHtml } from '../src-main/desktop/simple-page.ts';
import { renderMarkdown, type RenderedMarkdown } from './markdown.ts';

/*
 * The documentation as pages of HTML beside the window's page, in the folder docs/ of the build. The desktop application
 * shows them in a window, and the HTTP server serves them.
 */

/** The documents for users, in the order of the contents: names of docs/*.md with what each is about, by group. */
export const DOCUMENTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'The window': {
    TOUR: 'Each view in a picture, and what it answers.',
    desktop: 'Start and end, tray, notifications, links and files, reports of a problem.',
  },
  'Settings and network': {
    settings: 'Where a value comes from, the first start, and when a change takes effect.',
    flags: 'Every flag and variable, with its default.',
    chain: 'The source of the blocks that peers get: your execution client, or imported files.',
    'eth-versions': 'What each version of eth adds, and which client speaks which.',
    nat: 'Port mapping, and what the node announces as its address.',
    'geth-config': 'Import and export of geth’s TOML and node lists.',
  },
  Tools: {
    doctor: 'Why one node is no peer, step by step.',
    crawl: 'A list of the nodes of a network, and DNS node lists (EIP-1459).',
    recording: 'Messages in files: JSON lines, pcapng for Wireshark, test vectors.',
    rpc: 'The methods of geth and those of Enodeck, over HTTP and WebSocket.',
    'rpc-reference': 'Each method and subscription of JSON-RPC with its types and its right.',
  },
  System: {
    operate: 'A node on a server: its logs, metrics for Prometheus, and alerts with what to do.',
    packages: 'Installation, services of systemd, updates and removal.',
  },
};

/** Files that the documents offer for download. */
const DOWNLOADS = ['enodeck.lua', 'grafana/enodeck.json', 'prometheus/alerts.yml'];

const NAMES = Object.values(DOCUMENTS).flatMap((group) => Object.keys(group));

const pageOf = (name: string): string => `${name.toLowerCase()}.html`;

/** Where a link of a document leads: to another page, the web, or a download. Documents for developers have no page. */
function resolveLink(url: string): string | undefined {
  if (url.startsWith('https:') || url.startsWith('#') || DOWNLOADS.includes(url)) return url;
  const [, name, anchor = ''] = /^([\w-]+)\.md(#.*)?$/.exec(url) ?? [];
  return name !== undefined && NAMES.includes(name) ? pageOf(name) + anchor : undefined;
}

/** The files of the folder docs/, by name. @param styles path of the style sheet from there */
export async function makeDocs(
  docsFolder: string,
  styles: string,
): Promise<Map<string, string | Uint8Array>> {
  const pages = new Map<string, RenderedMarkdown>();
  for (const name of NAMES) {
    pages.set(
      name,
      await renderMarkdown(await readFile(join(docsFolder, `${name}.md`), 'utf8'), resolveLink),
    );
  }
  const files = new Map<string, string | Uint8Array>([['index.html', indexPage(pages, styles)]]);
  for (const [name, page] of pages) {
    files.set(pageOf(name), frame(page.title, contents(pages, name), withTitles(page.html, pages), styles));
  }
  const html = [...pages.values()].map((page) => page.html).join('');
  const images = [...html.matchAll(/<img src="([^"]+)"/g)].map(([, image]) => image ?? '');
  for (const name of [...images, ...DOWNLOADS]) files.set(name, await readFile(join(docsFolder, name)));
  return files;
}

/** The same HTML, in which links that are named after the file of a document have its title. */
const withTitles = (html: string, pages: ReadonlyMap<string, RenderedMarkdown>): string =>
  html.replaceAll(/>([\w-]+)\.md<\/a>/g, (_link, name: string) => {
    return `>${escapedHtml(pages.get(name)?.title ?? `${name}.md`)}</a>`;
  });

/** A Vite plugin that adds the pages, with the style sheet of the input `docs`. */
export function addDocs(docsFolder: string): Plugin {
  return {
    name: 'enodeck:docs',
    async generateBundle(_options, bundle) {
      const styles = Object.keys(bundle).find((file) => /^assets\/docs-[\w-]+\.css$/.test(file));
      if (styles === undefined) throw new Error('The build has no style sheet for the documentation.');
      for (const [name, source] of await makeDocs(docsFolder, `../${styles}`)) {
        this.emitFile({ type: 'asset', fileName: `docs/${name}`, source });
      }
    },
  };
}

/** The documents have the commands of a working copy. */
const COMMANDS =
  '<p>Where a document runs <code>npm start</code> or <code>npm run headless --</code>, in a working copy of the sources, ' +
  'an installed package has <code>enodeck</code> and <code>enodeck-headless</code>, with the same options.</p>';

/** The list of all documents. @param current name of the document that is shown; undefined for the first page */
function contents(pages: ReadonlyMap<string, RenderedMarkdown>, current: string | undefined): string {
  const link = (target: string, text: string, isCurrent: boolean): string =>
    `<a href="${target}"${isCurrent ? ' aria-current="page"' : ''}>${escapedHtml(text)}</a>`;
  const entry = (name: string): string =>
    `<li>${link(pageOf(name), pages.get(name)?.title ?? name, name === current)}</li>`;
  const groups = Object.entries(DOCUMENTS).map(
    ([group, documents]) => `<p>${group}</p>\n<ul>\n${Object.keys(documents).map(entry).join('\n')}\n</ul>`,
  );
  return `${link('index.html', 'Documentation', current === undefined)}\n${groups.join('\n')}`;
}

function indexPage(pages: ReadonlyMap<string, RenderedMarkdown>, styles: string): string {
  const entry = ([name, summary]: readonly [string, string]): string => {
    const title = escapedHtml(pages.get(name)?.title ?? name);
    return `<li><a href="${pageOf(name)}">${title}</a><p>${escapedHtml(summary)}</p></li>`;
  };
  const groups = Object.entries(DOCUMENTS).map(([group, documents]) => {
    const entries = Object.entries(documents).map(entry).join('\n');
    return `<h2>${group}</h2>\n<ul class="documents">\n${entries}\n</ul>`;
  });
  const main = ['<h1>Documentation</h1>', COMMANDS, ...groups].join('\n');
  return frame('Documentation', contents(pages, undefined), main, styles);
}

const frame = (title: string, nav: string, main: string, styles: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapedHtml(title)} – Enodeck</title>
<link rel="icon" type="image/svg+xml" href="../favicon.svg">
<link rel="stylesheet" href="${styles}">
</head>
<body>
<nav aria-label="Documents">
${nav}
</nav>
<main>
${main}
</main>
</body>
</html>
`;
