import { z } from 'zod';
import { LOG_LEVELS } from '../model/log.ts';
import { DEFAULT_RECORD_BYTES, DEFAULT_RECORDS, MAX_RECORD_BYTES, MAX_RECORDS } from '../model/recording.ts';
import { boolean, integer, setting, type SettingSpec } from '../setting-spec.ts';

/** The group `protocols`. */
export const PROTOCOL_SETTINGS = {
  msgEvents: boolean({
    group: 'protocols',
    title: 'Message events',
    help: 'Emit an event for every message to peerEvents subscribers (msgsend, msgrecv). High volume.',
    flag: '--msgevents',
    default: false,
    restart: 'none',
  }),
  snap: boolean({
    group: 'protocols',
    title: 'Offer snap/1',
    help: 'Offer the snap/1 protocol. The node has no state: it sends the empty response of the specification to each request.',
    flag: '--snap',
    default: false,
    restart: 'node',
  }),
  acceptPreEip8: boolean({
    group: 'protocols',
    title: 'Pre-EIP-8 handshake',
    help: 'Accept the RLPx handshake from before EIP-8 on inbound connections. geth refuses it.',
    flag: '--preeip8',
    default: false,
    restart: 'none',
  }),
} as const satisfies Record<string, SettingSpec>;

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
    help: 'Memory that a recording of the Inspector may use, in MiB.',
    flag: '--recorder.memory',
    min: 1,
    max: MAX_RECORD_BYTES / 1_048_576,
    default: DEFAULT_RECORD_BYTES / 1_048_576,
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
