/** One file of a diagnostic bundle: what is shown is what is saved. */
export interface ReportFile {
  /** `versions.json`, `log.txt`. */
  readonly name: string;
  readonly text: string;
}

/** A crash report that the program keeps on this machine: a copy of parts of its memory. */
export interface CrashReportFile {
  readonly name: string;
  readonly bytes: number;
  /** Unix milliseconds. */
  readonly at: number;
}
