import { join } from 'node:path';
import type { LogLevel } from '../../shared/model/log.ts';
import { readModuleLevels, type ModuleLevel } from '../../shared/module-levels.ts';
import type { NodeSettings, SettingKey } from '../../shared/settings-table.ts';
import { AuditLog } from '../app/audit-log.ts';
import type { EffectiveSettings } from '../app/effective-settings.ts';
import type { CloseStack } from '../base/close-stack.ts';
import { FileLogSink, type LogFileOptions } from '../base/file-log-sink.ts';
import type { TextStream } from '../base/log-formats.ts';
import { fromLevel, RingSink } from '../base/log-sinks.ts';
import { Log, type LogSink } from '../base/log.ts';
import { terminalSink } from '../base/terminal-log-sink.ts';
import type { Clock, Logger, Random } from '../base/runtime.ts';
import { systemClock, systemRandom } from '../base/system-runtime.ts';
import { EventBus } from '../events/event-bus.ts';
import { logEvents } from '../events/event-log.ts';
import type { DataPaths } from '../store/data-paths.ts';

/** Log lines that the window can show. BOUNDED: 5,000. */
const LOG_LINES = 5_000;

/** What every part of the node takes. */
export interface Runtime {
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventBus;
  readonly logger: Logger;
}

/** A terminal that shows the log. */
export interface LogTerminal {
  readonly stream: TextStream;
  /** The lowest level that it shows. */
  readonly from: LogLevel;
}

/** The runtime with its log. */
export interface OpenedRuntime {
  readonly runtime: Runtime;
  /** The lines that the window shows. */
  readonly logs: RingSink;
  /** Takes what the audit log is to have. */
  readonly audit: Logger;
  /** Opens the log files anew, which another program may have renamed. */
  readonly reopenLog: () => Promise<void>;
}

/** Opens the log and the event bus; both report changes of the settings. @param terminal in addition to file and window */
export function openRuntime(
  settings: EffectiveSettings,
  { logs: logFolder, auditLog }: Pick<DataPaths, 'logs' | 'auditLog'>,
  terminal: LogTerminal | undefined,
  closing: CloseStack,
): OpenedRuntime {
  const clock = systemClock;
  const logs = new RingSink(LOG_LINES);
  const file = new FileLogSink(logFileOf(settings.current(), logFolder), clock, {
    failed: (reason) => {
      logger.child('log').warn('the log file cannot be written', { reason });
    },
    resumed: (lost) => {
      logger.child('log').warn('the log file is written again', { lost });
    },
  });
  const audit = new AuditLog(auditLog, settings.current(), clock, {
    failed: (reason) => {
      logger.child('log').error('the audit log cannot be written', { reason });
    },
    resumed: (lost) => {
      logger.child('log').warn('the audit log is written again', { lost });
    },
  });
  const shown = terminal === undefined ? [] : [shownOn(terminal, settings)];
  const log = new Log(clock, [logs, file, ...shown], ...levelsOf(settings.current()));
  const logger = log.logger('');
  audit.report();
  const events = new EventBus(clock, logger.child('events'));
  closing.add(() => file.close());
  closing.add(() => audit.close());
  closing.add(log.limitRepeats());
  closing.add(logEvents(events, logger));
  closing.add(
    settings.onChange((values, keys) => {
      log.setLevels(...levelsOf(values));
      if (keys.some((key) => LOG_FILE_KEYS.includes(key))) {
        void file.reopen(logFileOf(values, logFolder));
        void audit.reopen(values);
      }
      events.emit({ type: 'settings/changed', keys });
    }),
  );
  const runtime = { clock, random: systemRandom, events, logger };
  const reopenLog = async (): Promise<void> => {
    await file.reopen();
    await audit.reopen(settings.current());
  };
  return { runtime, logs, audit: audit.logger, reopenLog };
}

/** Settings of the log file. */
const LOG_FILE_KEYS: readonly SettingKey[] = [
  'logFile',
  'logRotate',
  'logMaxSize',
  'logMaxBackups',
  'logMaxAge',
  'logCompress',
];

function logFileOf(settings: NodeSettings, logFolder: string): LogFileOptions {
  return {
    path: settings.logFile ?? join(logFolder, 'enodeck.log'),
    rotate: settings.logRotate,
    maxMegabytes: settings.logMaxSize,
    maxBackups: settings.logMaxBackups,
    maxDays: settings.logMaxAge,
    compress: settings.logCompress,
  };
}

function shownOn({ stream, from }: LogTerminal, settings: EffectiveSettings): LogSink {
  return fromLevel(
    from,
    terminalSink(stream, () => settings.current().logFormat),
  );
}

/** The level of the log, and those of single modules. */
function levelsOf({ logLevel, logModules }: NodeSettings): [LogLevel, readonly ModuleLevel[]] {
  const read = readModuleLevels(logModules ?? '');
  return [logLevel, read.ok ? read.rules : []];
}
