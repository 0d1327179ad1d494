import type { CrashReportFile, ReportFile } from '../../shared/model/problem-report.ts';
import { reportName, reportZip } from '../../shared/report-zip.ts';
import type { Translate } from '../composables/use-messages.ts';
import { showNotice } from '../composables/use-notice.ts';
import { saveFile } from '../composables/save-file.ts';
import { bytesOfBase64 } from '../model/recording-file.ts';
import { useDesktopStore } from '../stores/desktop.ts';

/** Saves a diagnostic bundle. Called in a setup function. */
export function useProblemReport(
  t: Translate,
): (files: readonly ReportFile[], crashes: readonly CrashReportFile[]) => Promise<void> {
  const desktop = useDesktopStore();
  return async (files, crashes) => {
    const bytes = [];
    for (const { name } of crashes) {
      bytes.push({ name, bytes: bytesOfBase64(await desktop.crashReport(name)) });
    }
    const fileName = reportName(Date.now());
    saveFile(fileName, reportZip(files, bytes));
    showNotice(t('problem.saved', { file: fileName }));
  };
}
