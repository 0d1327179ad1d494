import type { ApiBackend } from '../../src-main/api/backend.ts';
import { createRpcDispatcher } from '../../src-main/api/json-rpc.ts';
import { createRpcTable } from '../../src-main/api/rpc-methods.ts';
import { systemClock } from '../../src-main/base/system-runtime.ts';
import { silentLogger } from './silent-logger.ts';

/** Sends one call as a client does, as text. @param admin as in createRpcTable. @returns its result or its error */
export async function rpcCall(
  { backend, admin = true }: { readonly backend: ApiBackend; readonly admin?: boolean },
  method: string,
  ...params: readonly unknown[]
): Promise<unknown> {
  const rpc = createRpcDispatcher(createRpcTable(backend, admin), silentLogger, systemClock);
  const text = await rpc.answer(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
  const { error, result } = JSON.parse(text ?? 'null') as { error?: unknown; result?: unknown };
  return error ?? result;
}
