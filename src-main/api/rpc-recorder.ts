/** JSON-RPC methods of the recording. They return the data of the window in the shapes of shared/model. */
import { z } from 'zod';
import { API_REQUESTS } from '../../shared/api-contract.ts';
import type { RecordDetail, RecordingStatus } from '../../shared/model/recording.ts';
import { MAX_FILTER_LENGTH } from '../../shared/record-filter.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { ApiBackend } from './backend.ts';
import type { RpcFeed, RpcMethod } from './json-rpc.ts';
import { assertCount, checkedArgument } from './rpc-arguments.ts';

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

/** Creates the methods of the recording. */
export function recorderMethods(backend: ApiBackend): readonly (readonly [string, RpcMethod])[] {
  return [
    ['enodeck_recorder', (params) => recorder(backend, params)],
    ['enodeck_sessionMessages', (params) => messages(backend, params)],
    ['enodeck_decode', (params) => decode(backend, params)],
  ];
}

function recorder(
  backend: ApiBackend,
  params: readonly unknown[],
): RecordingStatus | Promise<RecordingStatus> {
  assertCount(params, 1);
  const input = checkedArgument(recorderAction, params[0] ?? { action: 'status' });
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

/** Newest first; `before` is the number of the oldest record of the page before. */
function messages(backend: ApiBackend, params: readonly unknown[]): Promise<readonly RecordDetail[]> {
  assertCount(params, 1);
  const { filter, before, limit } = checkedArgument(page, params[0] ?? {});
  return backend.recorder.page(filter, before, limit);
}

function decode(backend: ApiBackend, params: readonly unknown[]): unknown {
  assertCount(params, 1);
  const input = checkedArgument(API_REQUESTS['recorder.decode'].params, params[0]);
  return backend.recorder.decode(input.protocol, input.code, input.payload);
}

/** Rows of new records that match a filter: `enodeck_subscribe ["records", "proto:eth"]`. @throws RpcError for a wrong filter */
export function recordFeed(backend: ApiBackend, params: readonly unknown[]): RpcFeed {
  assertCount(params, 1);
  const filter = checkedArgument(z.string().max(MAX_FILTER_LENGTH).default(''), params[0]);
  return backend.recorder.follow(filter);
}
