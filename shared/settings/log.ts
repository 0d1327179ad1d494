import { z } from 'zod';
import { LOG_FORMATS, LOG_LEVELS } from '../model/log.ts';
import { DEFAULT_RECORD_BYTES, DEFAULT_RECORDS, MAX_RECORD_BYTES, MAX_RECORDS } from '../model/recording.ts';
import { MAX_MODULE_LEVELS, readModuleLevels } from '../module-levels.ts';
import { boolean, integer, setting, type SettingSpec } from '../setting-spec.ts';

const moduleLevels = z
  .string()
  .trim()
  .max(MAX_MODULE_LEVELS)
  .refine((text) => readModuleLevels(text).ok, {
    error: ({ input }) => {
      const read = readModuleLevels(String(input));
      return read.ok ? undefined : read.reason;
    },
  });

/** The group `log`. */
export const LOG_SETTINGS = {
  logLevel: setting({
    group: 'log',
    title: 'Log level',
    help: 'Minimum severity of log lines.',
    flag: '--verbosity',
    kind: 'choice',
    schema: z.enum(LOG_LEVELS),
    default: 'info',
    choices: LOG_LEVELS,
    restart: 'none',
  }),
  logModules: setting({
    group: 'log',
    title: 'Log levels of modules',
    help: 'Levels of single modules as pattern=level, separated by commas: dial=debug,discovery/*=warn. The last pattern that matches decides; 0 to 5 are geth’s levels.',
    flag: '--log.vmodule',
    kind: 'text',
    schema: moduleLevels.nullable(),
    default: null,
    unset: 'the log level for all',
    restart: 'none',
  }),
  logFormat: setting({
    group: 'log',
    title: 'Log format',
    help: 'Format of the log on the terminal. The log file always has one JSON object per line.',
    flag: '--log.format',
    kind: 'choice',
    schema: z.enum(LOG_FORMATS),
    default: 'text',
    choices: LOG_FORMATS,
    restart: 'none',
  }),
  logFile: setting({
    group: 'log',
    title: 'Log file',
    help: 'File that gets the log as JSON lines.',
    flag: '--log.file',
    kind: 'path',
    schema: z.string().trim().min(1).max(4_096).nullable(),
    default: null,
    unset: 'logs/enodeck.log in the data folder',
    restart: 'none',
  }),
  logRotate: boolean({
    group: 'log',
    title: 'Rotate the log file',
    help: 'Rename the log file when it reaches its size, and start a new one.',
    flag: '--log.rotate',
    default: true,
    restart: 'none',
  }),
  logMaxSize: integer({
    group: 'log',
    title: 'Size of a log file',
    help: 'Size at which the log file is rotated.',
    flag: '--log.maxsize',
    min: 1,
    max: 10_000,
    unit: 'MiB',
    default: 10,
    restart: 'none',
  }),
  logMaxBackups: integer({
    group: 'log',
    title: 'Rotated log files',
    help: 'Number of rotated log files that are kept.',
    flag: '--log.maxbackups',
    min: 1,
    max: 1_000,
    default: 10,
    restart: 'none',
  }),
  logMaxAge: integer({
    group: 'log',
    title: 'Age of rotated log files',
    help: 'Time for which rotated log files are kept; 0 does not limit it.',
    flag: '--log.maxage',
    min: 0,
    max: 3_650,
    unit: 'days',
    default: 30,
    restart: 'none',
  }),
  logCompress: boolean({
    group: 'log',
    title: 'Compress rotated log files',
    help: 'Compress rotated log files with gzip.',
    flag: '--log.compress',
    default: false,
    restart: 'none',
  }),
  recordLimit: integer({
    group: 'log',
    title: 'Recorded messages',
    help: 'Number of messages that a recording of the Inspector keeps. The oldest are removed first.',
    flag: '--recorder.messages',
    min: 100,
    max: MAX_RECORDS,
    default: DEFAULT_RECORDS,
    restart: 'none',
  }),
  recordMegabytes: integer({
    group: 'log',
    title: 'Memory of a recording',
    help: 'Memory that a recording of the Inspector may use.',
    flag: '--recorder.memory',
    min: 1,
    max: MAX_RECORD_BYTES / 1_048_576,
    unit: 'MiB',
    default: DEFAULT_RECORD_BYTES / 1_048_576,
    restart: 'none',
  }),
  recordMaxAge: integer({
    group: 'log',
    title: 'Age of recorded messages',
    help: 'Time for which a recording of the Inspector keeps a message; 0 does not limit it.',
    flag: '--recorder.maxage',
    min: 0,
    max: 10_080,
    unit: 'minutes',
    default: 0,
    restart: 'none',
  }),
  recordNode: setting({
    group: 'log',
    title: 'Always recorded node',
    help: 'Node ID, 64 hex digits. The recording of the Inspector starts with the program and records the sessions with this node.',
    flag: '--recorder.node',
    kind: 'text',
    schema: z
      .string()
      .trim()
      .toLowerCase()
      .regex(/^(0x)?[0-9a-f]{64}$/, 'must be a node ID of 64 hex digits')
      .transform((text) => text.replace(/^0x/, ''))
      .nullable(),
    default: null,
    unset: 'none',
    restart: 'none',
  }),
} as const satisfies Record<string, SettingSpec>;
