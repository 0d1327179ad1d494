/** One file of a diagnostic bundle: what is shown is what is saved. */
export interface ReportFile {
  /** `versions.json`, `log.txt`. */
  readonly name: string;
  readonly text: string;
}

/** The form of a crash report's name. */
export const CRASH_REPORT_NAME = /^[\w-]{1,64}\.dmp$/;

/** A crash report that the program keeps on this machine: a copy of parts of its memory. */
export interface CrashReportFile {
  readonly name: string;
  readonly bytes: number;
  /** Unix milliseconds. */
  readonly at: number;
}
