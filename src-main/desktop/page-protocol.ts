import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import type { Protocol } from 'electron';
import { PAGE_HEADERS } from '../api/page-policy.ts';

/** Scheme and host of the application's page: a standard, secure origin instead of file://. */
const PAGE_SCHEME = 'app';
const PAGE_HOST = 'enodeck';
/** URL of the page. */
export const PAGE_URL = `${PAGE_SCHEME}://${PAGE_HOST}/index.html`;
/** URL of the documentation, which is built beside the page. */
export const DOCS_URL = new URL('docs/index.html', PAGE_URL).href;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.lua': 'text/plain; charset=utf-8',
  '.yml': 'text/plain; charset=utf-8',
};

/** Registers `app:` as a standard and secure scheme; must run before the application is ready. */
export function registerPageScheme(protocol: Protocol): void {
  protocol.registerSchemesAsPrivileged([
    // Compiled scripts are kept in the folder "Code Cache" of the user data.
    {
      scheme: PAGE_SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/** Whether a URL belongs to the application's page. */
export function isPageUrl(url: string): boolean {
  try {
    const { protocol, host } = new URL(url);
    return protocol === `${PAGE_SCHEME}:` && host === PAGE_HOST;
  } catch {
    return false;
  }
}

/** Whether a URL is that of a document of the documentation. */
export function isDocsUrl(url: string): boolean {
  return isPageUrl(url) && /^\/docs\/[\w-]+\.html$/.test(new URL(url).pathname);
}

/** Returns the file under `folder` for a URL of the page; undefined for any other URL. */
export function pageFileOf(folder: string, url: string): string | undefined {
  if (!isPageUrl(url)) return undefined;
  let path: string;
  try {
    path = decodeURIComponent(new URL(url).pathname);
  } catch {
    return undefined;
  }
  if (path.includes('\0') || path.includes('\\')) return undefined;
  const file = normalize(join(folder, path === '/' ? 'index.html' : path));
  return file.startsWith(folder + sep) ? file : undefined;
}

/** Where the page comes from. */
export interface PageSource {
  /** The folder of the built page. */
  readonly folder: string;
  /** An answer of the application itself for this path; undefined: the file of the built page. */
  ownPage(path: string): Response | undefined;
  /** The page’s HTML as it is served. */
  fill(html: string): string;
}

/** Serves only the files of the built page, and what the application itself answers. */
export function servePage(protocol: Pick<Protocol, 'handle'>, source: PageSource): void {
  protocol.handle(PAGE_SCHEME, async (request) => {
    const file = pageFileOf(source.folder, request.url);
    const type = file === undefined ? undefined : CONTENT_TYPES[extname(file)];
    const own = isPageUrl(request.url) ? source.ownPage(new URL(request.url).pathname) : undefined;
    if (own !== undefined) return own;
    if (file === undefined || type === undefined || request.method !== 'GET') return notFound();
    try {
      const bytes = await readFile(file);
      const body = extname(file) === '.html' ? source.fill(bytes.toString('utf8')) : bytes;
      return new Response(body, { headers: { ...PAGE_HEADERS, 'Content-Type': type } });
    } catch {
      return notFound();
    }
  });
}

const notFound = (): Response => new Response('Not found', { status: 404, headers: PAGE_HEADERS });
