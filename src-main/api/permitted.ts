import { API_REQUESTS, type RequestName } from '../../shared/api-contract.ts';
import { includesRight, type Right } from '../../shared/model/access.ts';
import { ApiError, apiFailureOf } from './api-error.ts';
import type { ApiDispatcher } from './handlers.ts';
import { RPC_CODES, RpcError } from './json-rpc.ts';
import { rightOfCall } from './needed-right.ts';
import { REQUEST_RIGHTS } from './rights.ts';
import { insteadOf } from './rpc-method.ts';
import type { DocumentedTable } from './rpc-methods.ts';

/** The API for a caller with a right: a request that needs another is refused with its name. */
export function apiWithRight(api: ApiDispatcher, right: Right): ApiDispatcher {
  return {
    async call(name, params) {
      const needed = Object.hasOwn(API_REQUESTS, name)
        ? rightOfCall(REQUEST_RIGHTS[name as RequestName], params)
        : 'read';
      if (includesRight(right, needed)) return await api.call(name, params);
      const refusal = new ApiError('right-missing', refusalText(name, needed, right));
      return { ok: false, error: apiFailureOf(refusal) };
    },
  };
}

/** The methods for a caller with a right: a call that needs another is refused with its name. */
export function rpcWithRight({ methods, feeds }: DocumentedTable, right: Right): DocumentedTable {
  const check = (name: string, needed: Right): void => {
    if (!includesRight(right, needed)) throw new RpcError(RPC_CODES.failed, refusalText(name, needed, right));
  };
  return {
    methods: mapped(methods, (name, method) =>
      insteadOf(method, (params) => {
        check(name, rightOfCall(method.right, params[0]));
        return method(params);
      }),
    ),
    feeds: mapped(feeds, (name, feed) => {
      const { document, right: needed } = feed;
      const subscribe = (params: readonly unknown[]): ReturnType<typeof feed> => {
        check(name, needed);
        return feed(params);
      };
      return Object.assign(subscribe, { document, right: needed });
    }),
  };
}

const mapped = <Entry>(entries: ReadonlyMap<string, Entry>, change: (name: string, entry: Entry) => Entry) =>
  new Map([...entries].map(([name, entry]) => [name, change(name, entry)]));

const refusalText = (name: string, needed: Right, held: Right): string =>
  `${name} needs a token with the right ${needed}; this one has ${held}.`;
