import { API_REQUESTS, type RequestName } from '../../shared/api-contract.ts';
import { includesRight, type Right } from '../../shared/model/access.ts';
import { ApiError, apiFailureOf } from './api-error.ts';
import type { ApiDispatcher } from './handlers.ts';
import { RPC_CODES, RpcError } from './json-rpc.ts';
import { REQUEST_RIGHTS } from './rights.ts';
import { insteadOf } from './rpc-method.ts';
import type { DocumentedTable } from './rpc-methods.ts';

/** The API for a holder of a right: a request that needs another is refused with its name. */
export function apiWithRight(api: ApiDispatcher, right: Right): ApiDispatcher {
  return {
    async call(name, params) {
      const needed = Object.hasOwn(API_REQUESTS, name) ? REQUEST_RIGHTS[name as RequestName] : 'read';
      if (includesRight(right, needed)) return await api.call(name, params);
      const refusal = new ApiError('right-missing', refusalText(name, needed, right));
      return { ok: false, error: apiFailureOf(refusal) };
    },
  };
}

/** The methods for a holder of a right: one that needs another is refused with its name. */
export function rpcWithRight({ methods, feeds }: DocumentedTable, right: Right): DocumentedTable {
  const refusal = (name: string, needed: Right) => (): never => {
    throw new RpcError(RPC_CODES.failed, refusalText(name, needed, right));
  };
  return {
    methods: mapped(methods, (name, method) =>
      includesRight(right, method.right) ? method : insteadOf(method, refusal(name, method.right)),
    ),
    feeds: mapped(feeds, (name, feed) => {
      const { document, right: needed } = feed;
      if (includesRight(right, needed)) return feed;
      return Object.assign(refusal(name, needed), { document, right: needed });
    }),
  };
}

const mapped = <Entry>(entries: ReadonlyMap<string, Entry>, change: (name: string, entry: Entry) => Entry) =>
  new Map([...entries].map(([name, entry]) => [name, change(name, entry)]));

const refusalText = (name: string, needed: Right, held: Right): string =>
  `${name} needs a token with the right ${needed}; this one has ${held}.`;
