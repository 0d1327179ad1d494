import { strToU8, zipSync } from 'fflate';
import type { ReportFile } from './model/problem-report.ts';

/** A file of bytes in the archive. */
export interface ReportBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A zip archive with the texts as they were shown, and crash reports in a folder of their own. */
export function reportZip(
  texts: readonly ReportFile[],
  crashes: readonly ReportBytes[],
): Uint8Array<ArrayBuffer> {
  return zipSync({
    ...Object.fromEntries(texts.map(({ name, text }) => [name, strToU8(text)])),
    ...Object.fromEntries(crashes.map(({ name, bytes }) => [`crash-reports/${name}`, bytes])),
  });
}

/** The name of the file, with the time in UTC. */
export function reportName(at: number): string {
  const time = new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return `enodeck-report-${time}.zip`;
}
