import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import type { Protocol } from 'electron';
import { PAGE_HEADERS } from '../api/page-policy.ts';

/** Scheme and host of the application's page: a standard, secure origin instead of file://. */
const PAGE_SCHEME = 'app';
const PAGE_HOST = 'enodeck';
/** Path of the plain page, which is not a file of the built page. */
export const PLAIN_PAGE_PATH = '/page-failed';
/** URL of the page. */
export const PAGE_URL = `${PAGE_SCHEME}://${PAGE_HOST}/index.html`;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Registers `app:` as a standard and secure scheme; must run before the application is ready. */
export function registerPageScheme(protocol: Protocol): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
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

/** Serves only the files of the built page and the plain page. */
export function servePage(protocol: Protocol, folder: string, plainPage: () => Response): void {
  protocol.handle(PAGE_SCHEME, async (request) => {
    if (isPageUrl(request.url) && new URL(request.url).pathname === PLAIN_PAGE_PATH) return plainPage();
    const file = pageFileOf(folder, request.url);
    const type = file === undefined ? undefined : CONTENT_TYPES[extname(file)];
    if (file === undefined || type === undefined || request.method !== 'GET') {
      return new Response('Not found', { status: 404, headers: PAGE_HEADERS });
    }
    try {
      return new Response(await readFile(file), { headers: { ...PAGE_HEADERS, 'Content-Type': type } });
    } catch {
      return new Response('Not found', { status: 404, headers: PAGE_HEADERS });
    }
  });
}
