import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReportFile } from '../../shared/model/problem-report.ts';
import { describeError } from '../base/errors.ts';
import type { WindowOwner } from './window-owner.ts';

/** What saving a diagnostic bundle without the page needs. */
export interface ReportSaverParts {
  /** The files of the bundle, without IP addresses, host names and node IDs. @throws ApiError before the data is open */
  files(): Promise<readonly ReportFile[]>;
  readonly windows: Pick<WindowOwner, 'chooseTarget' | 'tell'>;
  /** The folder that the dialog offers. */
  readonly folder: string;
  /** Unix milliseconds. */
  now(): number;
}

/** Saves the diagnostic bundle with the system's dialogs, where there is no page that could show it first. */
export async function saveReport(parts: ReportSaverParts): Promise<void> {
  const { windows, folder } = parts;
  try {
    const { reportName, reportZip } = await import('../../shared/report-zip.ts');
    const contents = await parts.files();
    const path = await windows.chooseTarget('Report a Problem', join(folder, reportName(parts.now())));
    if (path === undefined) return;
    await writeFile(path, reportZip(contents, []), { mode: 0o600 });
    const names = contents.map(({ name }) => name).join(', ');
    await windows.tell('info', 'The diagnostic bundle is saved', `${path}\n\n${names}\n\n${CONTENT_NOTE}`);
  } catch (error) {
    await windows.tell('error', 'The diagnostic bundle was not saved', describeError(error));
  }
}

const CONTENT_NOTE =
  'It has no node key, password, token, address or node ID. Read it before you attach it to a report. Nothing was sent.';
