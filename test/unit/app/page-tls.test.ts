import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PageTls } from '../../../src-main/app/page-tls.ts';
import { FileReloader } from '../../../src-main/app/reload.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const VECTORS = join(import.meta.dirname, '../../vectors/tls');
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let files: { readonly cert: string; readonly key: string };

const use = async (name: string): Promise<void> => {
  await copyFile(join(VECTORS, `${name}.crt`), files.cert);
  await copyFile(join(VECTORS, `${name}.key`), files.key);
};

/** Opens the files at a time, Unix milliseconds. */
async function opened(now = Date.UTC(2030, 0, 1)) {
  const { logger, lines } = recordedLog();
  const tls = await PageTls.open(files, { clock: { now: () => now }, logger });
  return { tls, logger, texts: () => lines.map(({ level, message }) => `${level} ${message}`), lines };
}

beforeEach(async () => {
  folder = await temporaryFolder();
  files = { cert: join(folder.path, 'page.crt'), key: join(folder.path, 'page.key') };
  await use('one');
});

afterEach(() => folder.remove());

describe('the certificate of the page', () => {
  test('is refused with the option, the file and the reason', async () => {
    await copyFile(join(VECTORS, 'two.key'), files.key);
    await expect(opened()).rejects.toThrow(
      `The file ${files.key} of --http.tls.key has the key of another certificate.`,
    );
    await folder.remove();
    await expect(opened()).rejects.toThrow(`The file ${files.cert} of --http.tls.cert does not exist.`);
  });

  test.each([
    [Date.UTC(2030, 0, 1), []],
    [Date.UTC(2019, 0, 1), ['warn the certificate of the page is not valid yet']],
    [Date.UTC(2121, 0, 1), ['warn the certificate of the page has expired']],
  ])('is used at any time, with a warning outside its own: %d', async (now, warnings) => {
    const { tls, texts, lines } = await opened(now);
    expect(tls.current.notAfter).toBe(Date.UTC(2120, 0, 1));
    expect(texts()).toEqual(warnings);
    for (const { fields } of lines) {
      expect(fields).toEqual({
        ...{ file: files.cert, from: '2020-01-01T00:00:00.000Z', to: '2120-01-01T00:00:00.000Z' },
      });
    }
  });

  test('is replaced on request, and its users get the new one', async () => {
    const { tls, logger, texts } = await opened();
    const given: string[] = [];
    const end = tls.onChange(({ cert }) => given.push(cert));
    const reloader = new FileReloader({
      settings: { reload: () => Promise.resolve([]) },
      lists: { reload: () => Promise.resolve([]) },
      ...{ pageTls: tls, reopenLog: () => Promise.resolve(), logger, audit: silentLogger },
    });
    const before = tls.current.cert;
    await reloader.reload();
    expect(given).toEqual([]);
    await use('two');
    await reloader.reload();
    expect(tls.current.cert).not.toBe(before);
    expect(given).toEqual([tls.current.cert]);
    await writeFile(files.cert, 'nothing');
    await reloader.reload();
    expect(given).toEqual([tls.current.cert]);
    end();
    await use('one');
    await reloader.reload();
    expect(given).toHaveLength(1);
    expect(texts()).toEqual([
      'info files were read again: nothing has changed',
      'info the certificate of the page changed in its file',
      'info files were read again',
      'error a file was not taken: the values before it stay',
      'info the certificate of the page changed in its file',
      'info files were read again',
    ]);
  });
});
