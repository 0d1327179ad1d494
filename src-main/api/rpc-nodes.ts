/** JSON-RPC method of the known nodes. */
import { z } from 'zod';
import { API_REQUESTS } from '../../shared/api-contract.ts';
import { DEFAULT_KNOWN_SORT, NO_KNOWN_FILTER, type KnownPage } from '../../shared/model/known-node.ts';
import type { ApiBackend } from './backend.ts';
import { knownPage } from './results/discovery-results.ts';
import { method, param, type NamedMethods } from './rpc-method.ts';
import { validated } from './validated.ts';

/** Nodes in one answer without a limit. */
const DEFAULT_PAGE = 100;

const { params } = API_REQUESTS['nodes.known'];
const query = z
  .strictObject({
    filter: params.shape.filter.partial(),
    sort: params.shape.sort.partial(),
    limit: params.shape.limit,
    after: params.shape.after,
  })
  .partial();

/** Creates the methods of the known nodes. */
export function nodeMethods(backend: ApiBackend): NamedMethods {
  return [
    [
      'enodeck_nodes',
      method('All known nodes, page by page', [param('query', query.optional())], knownPage, (chosen) =>
        nodes(backend, chosen ?? {}),
      ),
    ],
  ];
}

function nodes(backend: ApiBackend, chosen: z.output<typeof query>): Promise<KnownPage> {
  return backend.known.page(
    validated(params, {
      filter: { ...NO_KNOWN_FILTER, ...chosen.filter },
      sort: { ...DEFAULT_KNOWN_SORT, ...chosen.sort },
      limit: chosen.limit ?? DEFAULT_PAGE,
      after: chosen.after ?? null,
    }),
  );
}
