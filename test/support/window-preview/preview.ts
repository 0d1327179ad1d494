import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import vue from '@vitejs/plugin-vue';
import { build, type Rolldown } from 'vite';
import { makeRecordingSamples } from './recording-samples.ts';

/*
 * The window built as the product builds it, served on loopback with the product's own Content-Security-Policy, and the
 * fixture bridge as one script.
 */

const root = resolve(import.meta.dirname, '../../..');

/** What the HTTP server sends with the page. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self' ws:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Builds the window into `folder`, with the production builds of its libraries, whatever runs this. */
export async function buildWindow(folder: string): Promise<void> {
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  try {
    await buildProduct(folder);
  } finally {
    process.env['NODE_ENV'] = before;
  }
}

async function buildProduct(folder: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    root: join(root, 'src-renderer'),
    base: './',
    plugins: [vue(), tailwindcss()],
    build: { target: 'chrome130', outDir: folder, emptyOutDir: true, assetsInlineLimit: 0 },
  });
}

/** The fixture bridge as a classic script for addInitScript. */
export async function bundleFixture(): Promise<string> {
  const output = (await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'chrome130',
      minify: false,
      lib: { entry: join(import.meta.dirname, 'fixture-bridge.ts'), formats: ['iife'], name: 'fixture' },
    },
  })) as Rolldown.RolldownOutput[];
  const chunk = output[0]?.output[0];
  if (chunk?.type !== 'chunk') throw new Error('The fixture did not build');
  return `window.enodeckSamples = ${JSON.stringify(makeRecordingSamples())};\n${chunk.code}`;
}

/** A server of a built window on loopback. */
export interface Preview {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves `folder` with the product's policy. */
export async function servePreview(folder: string): Promise<Preview> {
  const server: Server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = join(folder, path === '/' ? 'index.html' : path);
    if (!file.startsWith(folder)) {
      response.writeHead(404).end();
      return;
    }
    readFile(file).then(
      (bytes) => {
        response.writeHead(200, {
          'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
          'content-security-policy': PAGE_POLICY,
        });
        response.end(bytes);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
