import type { NodeSettings } from '../../shared/settings-table.ts';
import { FileLogSink, type LogFileReports } from '../base/file-log-sink.ts';
import { Log } from '../base/log.ts';
import type { Clock, Logger } from '../base/runtime.ts';

/** The settings that say how the files of a log are rotated and kept. */
export type RotationSettings = Pick<
  NodeSettings,
  'logRotate' | 'logMaxSize' | 'logMaxBackups' | 'logMaxAge' | 'logCompress'
>;

/** BOUNDED: characters of a value. As long as a settings.json may be, so that a change at the end of a long list shows. */
const MAX_VALUE = 262_144;

/** The file `audit.log` of a data folder: a line of JSON for each change, and for lines that it lacks after an outage. */
export class AuditLog {
  /** Writes a line: the action as message, `who`, `what`, `from` and `to` as fields. */
  readonly logger: Logger;
  readonly #path: string;
  readonly #file: FileLogSink;

  /** @param path of the file */
  constructor(path: string, settings: RotationSettings, clock: Clock, reports: LogFileReports) {
    this.#path = path;
    this.#file = new FileLogSink(this.#optionsOf(settings), clock, {
      failed: reports.failed,
      resumed: (lost) => {
        this.logger.warn('the audit log is written again', { lost });
        reports.resumed(lost);
      },
    });
    this.logger = new Log(clock, [this.#file], 'info', [], MAX_VALUE).logger('audit');
  }

  /** Reports now that the file could not be opened, which the next change would do otherwise. */
  report(): void {
    this.#file.report();
  }

  /** Opens the file anew, which another program may have renamed. */
  async reopen(settings: RotationSettings): Promise<void> {
    await this.#file.reopen(this.#optionsOf(settings));
  }

  /** Writes what is queued and closes the file. */
  async close(): Promise<void> {
    await this.#file.close();
  }

  #optionsOf({ logRotate, logMaxSize, logMaxBackups, logMaxAge, logCompress }: RotationSettings) {
    return {
      ...{ path: this.#path, rotate: logRotate, maxMegabytes: logMaxSize },
      ...{ maxBackups: logMaxBackups, maxDays: logMaxAge, compress: logCompress },
    };
  }
}
