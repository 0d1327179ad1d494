import { z } from 'zod';
import type { AboutFacts } from './model/about.ts';
import type { CrashReportFile, ReportFile } from './model/problem-report.ts';
import { request } from './request-spec.ts';

/* Requests about this copy of the program. Only the desktop window may send them. */

const nothing = z.strictObject({});

/** The requests, by name. */
export const DESKTOP_REQUESTS = {
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
    z.strictObject({ name: z.string().regex(/^[\w-]{1,64}\.dmp$/, 'must be the name of a crash report') }),
  ),
} as const;
