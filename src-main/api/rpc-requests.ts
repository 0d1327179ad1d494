import { z } from 'zod';
import { API_REQUESTS, type RequestName, type RequestParams } from '../../shared/api-contract.ts';
import { nothing } from '../../shared/request-spec.ts';
import type { ApiBackend } from './backend.ts';
import { createHandlers, type ApiHandlers } from './handlers.ts';
import { crawlStatus, lookupTrace } from './results/discovery-results.ts';
import { trafficSeries } from './results/node-results.ts';
import { additionResult, dialResult, listEntry, restoreResult } from './results/peer-results.ts';
import { doctorSummary, exportedRecording, recordingStatus, recordSummary } from './results/tool-results.ts';
import { REQUEST_RIGHTS } from './rights.ts';
import { method, param, type DocumentedMethod, type TableMethod } from './rpc-method.ts';

/** The method of a request of the window. */
interface RequestMethod {
  readonly method: `enodeck_${string}`;
  readonly summary: string;
  readonly result: z.ZodType;
}

const row = (
  name: RequestMethod['method'],
  summary: string,
  result: z.ZodType = z.looseObject({}),
): RequestMethod => ({ method: name, summary, result });

const file = z.strictObject({ text: z.string(), fileName: z.string() });
const countedFile = file.extend({ count: z.int() });
/** `without` counts nodes that the format cannot have. */
const knownFile = countedFile.extend({ without: z.int() });
const rows = z.array(z.looseObject({}));

/**
 * The requests of the window that have a method of their own: it has the same parameters in one object, and the same result.
 * The others have one with positional arguments, or belong to the window alone.
 */
export const REQUEST_METHODS = {
  'node.start': row('enodeck_start', 'Starts the node, and answers when it runs', z.null()),
  'node.stop': row('enodeck_stop', 'Stops the node; JSON-RPC goes on', z.null()),
  'node.useFreePort': row(
    'enodeck_useFreePort',
    'Sets a free port in the setting `key` and restarts the node',
    z.strictObject({ port: z.int() }),
  ),
  'peers.disconnect': row(
    'enodeck_disconnect',
    'Ends the session with a node',
    z.strictObject({ disconnected: z.boolean() }),
  ),
  'nodes.add': row('enodeck_addNode', 'Adds a node to a list', listEntry),
  'nodes.edit': row('enodeck_editNode', 'Changes an entry of a list', listEntry),
  'nodes.check': row(
    'enodeck_checkNode',
    'Says why a text cannot be an entry of a list',
    z.strictObject({ refusal: z.string().nullable() }),
  ),
  'nodes.remove': row(
    'enodeck_removeNode',
    'Removes an entry of a list, and ends the session with `disconnect`',
    z.strictObject({ removed: z.boolean(), disconnected: z.boolean() }),
  ),
  'nodes.restore': row(
    'enodeck_restoreNodes',
    'Puts back entries that were removed a short time ago',
    restoreResult,
  ),
  'nodes.move': row(
    'enodeck_moveNode',
    'Moves an entry of a list before another one',
    z.strictObject({ moved: z.boolean() }),
  ),
  'nodes.preview': row('enodeck_previewNodes', 'What each node of a text is, before anything is added'),
  'nodes.addMany': row('enodeck_addNodes', 'Adds several nodes to a list', z.array(additionResult)),
  'nodes.export': row('enodeck_exportNodes', 'A list as a file', file),
  'nodes.dial': row(
    'enodeck_dial',
    'Dials a known node, and answers with the session or why there is none',
    dialResult,
  ),
  'nodes.exportKnown': row('enodeck_exportKnownNodes', 'The known nodes as a file', knownFile),
  'discovery.lookup': row(
    'enodeck_lookup',
    'Looks up a target, null for a random one, and returns the trace',
    lookupTrace,
  ),
  'records.decode': row('enodeck_decodeRecord', 'Decodes a node record'),
  'crawl.start': row('enodeck_startCrawl', 'Starts a crawl', crawlStatus),
  'crawl.stop': row('enodeck_stopCrawl', 'Stops the crawl', crawlStatus.nullable()),
  'crawl.export': row('enodeck_exportCrawl', 'nodes.json of the last crawl, filtered', countedFile),
  'traffic.series': row(
    'enodeck_trafficSeries',
    'Bytes, packets and peers over a span of time',
    trafficSeries,
  ),
  'logs.export': row('enodeck_exportLogs', 'The kept log lines of a level and a text', file),
  'settings.update': row('enodeck_updateSettings', 'Changes several settings at once', rows),
  'settings.import': row('enodeck_importSettings', 'Imports settings and lists of a TOML file of geth'),
  'settings.export': row('enodeck_exportSettings', 'The settings as a TOML file of geth', file),
  'sessions.export': row('enodeck_exportSessions', 'The past sessions as a file', file),
  'recorder.detail': row(
    'enodeck_record',
    'A recorded message with its payload and fields',
    z.looseObject({}).nullable(),
  ),
  'recorder.summaries': row('enodeck_recordSummaries', 'One line for each record', z.array(recordSummary)),
  'recorder.search': row(
    'enodeck_searchRecords',
    'Numbers of the records that match a filter',
    z.array(z.int()),
  ),
  'recorder.export': row('enodeck_exportRecording', 'Records as a file', exportedRecording),
  'recorder.import': row('enodeck_openRecording', 'Shows a file in place of the recording', recordingStatus),
  'recorder.close': row('enodeck_closeRecording', 'Shows the recording again', recordingStatus),
  'doctor.start': row(
    'enodeck_startDoctor',
    'Starts a test of a node and does not wait for its end',
    z.strictObject({ id: z.string() }),
  ),
  'doctor.stop': row('enodeck_stopDoctor', 'Stops a test', z.strictObject({ stopped: z.boolean() })),
  'doctor.list': row('enodeck_doctorTests', 'The kept tests, newest first', z.array(doctorSummary)),
  'doctor.records': row('enodeck_doctorRecords', 'The packets and messages of a step of a test', rows),
  'doctor.ownNode': row('enodeck_ownNode', 'What other nodes can reach of this node'),
  'composer.messages': row('enodeck_composerMessages', 'The requests that can be sent to a node now'),
  'composer.preview': row('enodeck_previewMessage', 'The bytes that enodeck_sendMessage would send'),
  'composer.send': row('enodeck_sendMessage', 'Sends a request to a node and returns its answer'),
} as const satisfies Partial<Record<RequestName, RequestMethod>>;

/** Creates these methods. Each needs the right of its request. */
export function requestMethods(backend: ApiBackend): readonly (readonly [string, TableMethod])[] {
  const handlers = createHandlers(backend);
  return (Object.keys(REQUEST_METHODS) as (keyof typeof REQUEST_METHODS)[]).map((name) => {
    const made = requestMethod(handlers, name, REQUEST_METHODS[name]);
    return [
      REQUEST_METHODS[name].method,
      Object.assign(made, { right: REQUEST_RIGHTS[name], request: name }),
    ];
  });
}

function requestMethod<Name extends RequestName>(
  handlers: ApiHandlers,
  name: Name,
  { summary, result }: RequestMethod,
): DocumentedMethod {
  const schema: z.ZodType = API_REQUESTS[name].params;
  // The schema of `name` produced the value; TypeScript cannot infer this relation through the index.
  const run = (input: unknown): unknown => handlers[name](input as RequestParams<Name>);
  return schema === nothing
    ? method(summary, [], result, () => run({}))
    : method(summary, [param('request', schema)], result, run);
}
