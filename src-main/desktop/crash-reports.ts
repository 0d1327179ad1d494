import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CRASH_REPORT_NAME, type CrashReportFile } from '../../shared/model/problem-report.ts';
import { ApiError } from '../api/api-error.ts';
import { FileError, readRegularFile } from '../base/regular-file.ts';

/** BOUNDED: crash reports that are kept; the oldest are removed at the start. */
export const MAX_CRASH_REPORTS = 5;
/** BOUNDED: bytes of a report that is handed out; one has some megabytes. */
const MAX_BYTES = 33_554_432;
/**
 * The folders of Chromium's crash reporter: not uploaded and uploaded reports, and all of them on Windows. Its folder `new` has
 * those that are being written.
 * @see https://chromium.googlesource.com/crashpad/crashpad/+/refs/heads/main/client/
 */
const FOLDERS = ['pending', 'completed', 'reports'] as const;

interface Found extends CrashReportFile {
  readonly path: string;
}

/** The crash reports of the program. They are copies of parts of its memory, and nothing sends them. */
export class CrashReports {
  readonly #folder: string;

  /** @param folder the folder of Electron's crash reporter */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The latest reports, newest first. BOUNDED: MAX_CRASH_REPORTS. */
  async list(): Promise<readonly CrashReportFile[]> {
    const found = await this.#find();
    return found.slice(0, MAX_CRASH_REPORTS).map(({ name, bytes, at }) => ({ name, bytes, at }));
  }

  /** The bytes of a report. @throws ApiError `not-found` */
  async read(name: string): Promise<Uint8Array> {
    const report = (await this.#find()).find((found) => found.name === name);
    try {
      if (report !== undefined) return (await readRegularFile(report.path, MAX_BYTES)).bytes;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
    }
    throw new ApiError('not-found', 'There is no such crash report.', 'name');
  }

  /** Removes all but the latest reports. Ignores those that cannot be removed. */
  async prune(): Promise<void> {
    for (const { path } of (await this.#find()).slice(MAX_CRASH_REPORTS)) {
      await rm(path, { force: true }).catch(() => undefined);
      await rm(path.replace(/\.dmp$/, '.meta'), { force: true }).catch(() => undefined);
    }
  }

  async #find(): Promise<readonly Found[]> {
    const found: Found[] = [];
    for (const folder of FOLDERS) {
      const path = join(this.#folder, folder);
      const names = await readdir(path).catch(() => []);
      for (const name of names.filter((each) => CRASH_REPORT_NAME.test(each))) {
        const stats = await stat(join(path, name)).catch(() => undefined);
        if (stats?.isFile() !== true) continue;
        found.push({ name, path: join(path, name), bytes: stats.size, at: Math.round(stats.mtimeMs) });
      }
    }
    return found.sort((a, b) => b.at - a.at);
  }
}
