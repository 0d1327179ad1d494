import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import type { Protocol } from 'electron';
import { PAGE_HEADERS } from '../api/page-policy.ts';

/** The scheme and origin of the application's page: a standard, secure origin instead of file://. */
const PAGE_SCHEME = 'app';
const PAGE_HOST = 'enodeck';
/** Where the plain page is served, which no file of the built page is. */
export const PLAIN_PAGE_PATH = '/page-failed';
/** The address of the page. */
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

/** Makes `app:` a standard and secure scheme; must run before the application is ready. */
export function registerPageScheme(protocol: Protocol): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Whether an address is one of the application's page. */
export function isPageUrl(url: string): boolean {
  try {
    const { protocol, host } = new URL(url);
    return protocol === `${PAGE_SCHEME}:` && host === PAGE_HOST;
  } catch {
    return false;
  }
}

/** The file under `folder` that an address of the page stands for; undefined for anything else. */
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

/** Serves the built page's files and the plain page, and nothing else. */
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
