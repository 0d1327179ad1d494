import { z } from 'zod';
import type { AboutFacts } from './model/about.ts';
import type { LoginItemView } from './model/desktop.ts';
import { THEMES } from './model/theme.ts';
import { CRASH_REPORT_NAME, type CrashReportFile, type ReportFile } from './model/problem-report.ts';
import { nothing, request } from './request-spec.ts';

/* Requests about this copy of the program and the desktop around it. Only the desktop window may send them. */

/** The requests, by name. */
export const DESKTOP_REQUESTS = {
  /** Stops the node, ends the program and starts it again. */
  'desktop.restart': request<null>()(nothing),
  'desktop.about': request<AboutFacts>()(nothing),
  /** The licences of the packages in this program; null where it runs from a working copy, which has none. */
  'desktop.licences': request<{ readonly text: string | null }>()(nothing),
  /**
   * The files of a diagnostic bundle, without secrets; `addresses` keeps IP addresses, host names and node IDs. Nothing is
   * saved or sent.
   */
  'desktop.problemReport': request<{ readonly files: readonly ReportFile[] }>()(
    z.strictObject({ addresses: z.boolean() }),
  ),
  /** The latest crash reports of this program, which stay on this machine. */
  'desktop.crashReports': request<readonly CrashReportFile[]>()(nothing),
  /** The bytes of one of them as base64. @see desktop.crashReports */
  'desktop.crashReport': request<{ readonly base64: string }>()(
    z.strictObject({ name: z.string().regex(CRASH_REPORT_NAME, 'must be the name of a crash report') }),
  ),
  /** The page has taken the commands of topic `desktop.commands` up to this number. */
  'desktop.taken': request<null>()(z.strictObject({ seq: z.int().min(0).max(Number.MAX_SAFE_INTEGER) })),
  /** Starts the application at login, or no longer. The reply is what the system has then. */
  'desktop.startAtLogin': request<LoginItemView>()(z.strictObject({ on: z.boolean() })),
  /** The theme that the user chose; the application has it too, and the next window from its first paint. */
  'desktop.theme': request<null>()(z.strictObject({ theme: z.enum(THEMES) })),
  /** The text of a file that the user opened, by the ID of a `preview-file` command; each is handed out once. */
  'desktop.openFile': request<{ readonly name: string; readonly text: string }>()(
    z.strictObject({ id: z.int().min(1).max(Number.MAX_SAFE_INTEGER) }),
  ),
  /** Asks the release page for a newer version; topic `desktop.update` has the result. */
  'desktop.checkForUpdate': request<null>()(nothing),
  /** Downloads the version that the check found. */
  'desktop.downloadUpdate': request<null>()(nothing),
  /** Stops the node, ends the program, installs the downloaded version and starts it. */
  'desktop.installUpdate': request<null>()(nothing),
} as const;
