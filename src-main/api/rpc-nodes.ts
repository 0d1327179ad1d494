/** JSON-RPC method of the known nodes. */
import { z } from 'zod';
import { API_REQUESTS } from '../../shared/api-contract.ts';
import { DEFAULT_KNOWN_SORT, NO_KNOWN_FILTER, type KnownPage } from '../../shared/model/known-node.ts';
import type { ApiBackend } from './backend.ts';
import type { RpcMethod } from './json-rpc.ts';
import { assertCount, checkedArgument } from './rpc-arguments.ts';

/** Nodes in one answer without a limit. */
const DEFAULT_PAGE = 100;

const { params } = API_REQUESTS['nodes.known'];
const query = z.strictObject({
  filter: params.shape.filter.partial(),
  sort: params.shape.sort.partial(),
  limit: params.shape.limit,
  after: params.shape.after,
});

/** Creates the methods of the known nodes. */
export function nodeMethods(backend: ApiBackend): readonly (readonly [string, RpcMethod])[] {
  return [['enodeck_nodes', (given) => nodes(backend, given)]];
}

function nodes(backend: ApiBackend, given: readonly unknown[]): Promise<KnownPage> {
  assertCount(given, 1);
  const chosen = checkedArgument(query.partial(), given[0] ?? {});
  return backend.known.page(
    checkedArgument(params, {
      filter: { ...NO_KNOWN_FILTER, ...chosen.filter },
      sort: { ...DEFAULT_KNOWN_SORT, ...chosen.sort },
      limit: chosen.limit ?? DEFAULT_PAGE,
      after: chosen.after ?? null,
    }),
  );
}
