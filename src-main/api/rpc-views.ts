import { z } from 'zod';
import { API_TOPICS } from '../../shared/api-contract.ts';
import { LOG_LEVELS } from '../../shared/model/log.ts';
import { TABLE_PROTOCOLS } from '../../shared/model/table.ts';
import type { ApiBackend, LineSource } from './backend.ts';
import {
  crawlStatus,
  discoveryCounters,
  dnsTree,
  lookupTrace,
  tableSnapshot,
} from './results/discovery-results.ts';
import { trafficNow } from './results/node-results.ts';
import { dialOutcome, eventLine, logLine, nodeLists, peerRow } from './results/peer-results.ts';
import { doctorReport } from './results/tool-results.ts';
import { method, param, type NamedMethods } from './rpc-method.ts';

/** Lines in one answer without a limit. */
const DEFAULT_LINES = 100;
/** BOUNDED: lines in one answer. */
const MAX_LINES = 1_000;

const protocol = param('protocol', z.enum(TABLE_PROTOCOLS));

const lines = z.strictObject({
  /** Only lines after this number; null for the newest. */
  after: z.int().min(0).nullable().default(null),
  limit: z.int().min(1).max(MAX_LINES).default(DEFAULT_LINES),
});
const logLines = lines.extend({ level: z.enum(LOG_LEVELS).default('debug') });

/** Creates the methods that read what the window shows: each returns the snapshot of a topic. */
export function viewMethods(backend: ApiBackend): NamedMethods {
  const { discovery, lists, crawl } = backend;
  return [
    [
      'enodeck_peers',
      method('The sessions, as the peers table has them', [], z.array(peerRow), () => backend.peers()),
    ],
    [
      'enodeck_dials',
      method('The latest dials and how they ended', [], z.array(dialOutcome), () => backend.dials()),
    ],
    [
      'enodeck_lists',
      method('Bootnodes, static and trusted nodes with their states', [], nodeLists, () => lists.all()),
    ],
    [
      'enodeck_traffic',
      method('Bytes and packets now and in total', [], trafficNow, () => backend.trafficNow()),
    ],
    ...discoveryMethods(discovery),
    ['enodeck_dnsTrees', method('The DNS node lists', [], z.array(dnsTree), () => discovery.dnsTrees())],
    [
      'enodeck_crawl',
      method('The crawl; null before the first', [], crawlStatus.nullable(), () => crawl.status()),
    ],
    [
      'enodeck_events',
      method(
        'The newest events, oldest first',
        [param('query', lines.prefault({}))],
        z.array(eventLine),
        (query) => linesOf(backend.events, query),
      ),
    ],
    [
      'enodeck_logs',
      method(
        'The newest log lines, oldest first',
        [param('query', logLines.prefault({}))],
        z.array(logLine),
        ({ level, ...asked }) => {
          const least = LOG_LEVELS.indexOf(level);
          return linesOf(backend.logs, asked, (line) => LOG_LEVELS.indexOf(line.level) >= least);
        },
      ),
    ],
    [
      'enodeck_doctorReport',
      method(
        'The report of a test; null for one that is no longer kept',
        [param('id', API_TOPICS.doctor.shape.id)],
        doctorReport.nullable(),
        (id) => backend.doctor.report(id),
      ),
    ],
  ];
}

/** The methods that read the tables. */
function discoveryMethods(discovery: ApiBackend['discovery']): NamedMethods {
  return [
    [
      'enodeck_table',
      method('The table of v4 or v5, with the replacements', [protocol], tableSnapshot, (of) =>
        discovery.table(of),
      ),
    ],
    [
      'enodeck_discovery',
      method('Packets, drops and sessions of v4 or v5', [protocol], discoveryCounters, (of) =>
        discovery.counters(of),
      ),
    ],
    [
      'enodeck_latestLookup',
      method('The newest lookup; null before the first', [protocol], lookupTrace.nullable(), (of) =>
        discovery.latestLookup(of),
      ),
    ],
  ];
}

/** With `after` the lines that follow it, so that a script misses none; without it the newest ones. */
function linesOf<Line>(
  source: LineSource<Line>,
  { after, limit }: z.output<typeof lines>,
  matches: (line: Line) => boolean = () => true,
): readonly Line[] {
  return after === null
    ? source.all().filter(matches).slice(-limit)
    : source.after(after).filter(matches).slice(0, limit);
}
