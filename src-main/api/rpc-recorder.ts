/** JSON-RPC methods of the recording. They return the data of the window in the shapes of shared/model. */
import { z } from 'zod';
import { API_REQUESTS } from '../../shared/api-contract.ts';
import type { RecordingStatus } from '../../shared/model/recording.ts';
import { MAX_FILTER_LENGTH } from '../../shared/record-filter.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { ApiBackend } from './backend.ts';
import { recordingStatus, recordRow } from './results/tool-results.ts';
import { feed, method, param, type DocumentedFeed, type NamedMethods } from './rpc-method.ts';

/** Records in one answer. */
const DEFAULT_PAGE = 100;
/** BOUNDED: records in one answer. A batch has a limit of its bytes too. */
const MAX_PAGE = 1_000;

const scope = API_REQUESTS['recorder.start'].params.partial();
/** The bounds are settings, which are kept. */
const bounds = API_REQUESTS['settings.update'].params.pick({ recordLimit: true, recordMegabytes: true });
const recorderAction = z.discriminatedUnion(
  'action',
  [
    z.strictObject({ action: z.literal('start'), ...scope.shape, ...bounds.shape }),
    z.strictObject({ action: z.enum(['stop', 'clear', 'status']) }),
  ],
  'must be start, stop, clear or status',
);
const page = z.strictObject({
  limit: z.int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
  before: z.int().min(1).nullable().default(null),
  filter: z.string().max(MAX_FILTER_LENGTH).default(''),
});

/** The fields of a decoded message are a tree, which has no schema. */
const detail = z.strictObject({
  row: recordRow,
  payload: z.string(),
  decoded: z.looseObject({ summary: z.string() }).nullable(),
  exchange: z.looseObject({}).nullable(),
});

/** Creates the methods of the recording. */
export function recorderMethods(backend: ApiBackend): NamedMethods {
  return [
    [
      'enodeck_recorder',
      method(
        'Starts, stops or clears the recording of messages, and returns its state',
        [param('action', recorderAction.default({ action: 'status' }))],
        recordingStatus,
        (action) => recorder(backend, action),
      ),
    ],
    [
      'enodeck_sessionMessages',
      method(
        'The recorded messages, decoded, newest first',
        [param('query', page.prefault({}))],
        z.array(detail),
        // `before` is the number of the oldest record of the page before.
        ({ filter, before, limit }) => backend.recorder.page(filter, before, limit),
      ),
    ],
    [
      'enodeck_decode',
      method(
        'Decodes a message',
        [param('message', API_REQUESTS['recorder.decode'].params)],
        z.looseObject({}),
        ({ protocol, code, payload }) => backend.recorder.decode(protocol, code, payload),
      ),
    ],
  ];
}

function recorder(
  backend: ApiBackend,
  input: z.infer<typeof recorderAction>,
): RecordingStatus | Promise<RecordingStatus> {
  switch (input.action) {
    case 'start':
      return start(backend, input);
    case 'stop':
      return backend.recorder.stop();
    case 'clear':
      return backend.recorder.clear();
    case 'status':
      return backend.recorder.status();
  }
}

async function start(
  backend: ApiBackend,
  {
    nodes,
    discovery,
    recordLimit,
    recordMegabytes,
  }: Extract<z.infer<typeof recorderAction>, { action: 'start' }>,
): Promise<RecordingStatus> {
  const change = withoutUndefined({ recordLimit, recordMegabytes });
  if (Object.keys(change).length > 0) await backend.settings.update(change);
  return backend.recorder.start({ nodes: nodes ?? null, discovery: discovery ?? false });
}

/** Rows of new records that match a filter: `enodeck_subscribe ["records", "proto:eth"]`. */
export const recordFeed = (backend: ApiBackend): DocumentedFeed =>
  feed(
    'New records that match a filter, as rows',
    [param('filter', z.string().max(MAX_FILTER_LENGTH).default(''))],
    recordRow,
    (filter) => backend.recorder.follow(filter),
  );
