import { logLevelOf } from '../../shared/model/log.ts';
import { API_REQUESTS } from '../../shared/api-contract.ts';
import type { ApiBackend } from './backend.ts';
import { RPC_CODES, RpcError, type RpcMethod } from './json-rpc.ts';
import { assertCount, checkedArgument, textAt } from './rpc-arguments.ts';

/**
 * geth's methods for the log (internal/debug/api.go Verbosity, Vmodule). They change the settings, so that window and
 * settings.json show what is in force.
 */
export function logMethods(backend: ApiBackend): readonly (readonly [string, RpcMethod])[] {
  return [
    ['debug_verbosity', (params) => setVerbosity(backend, params)],
    ['debug_vmodule', (params) => setModuleLevels(backend, params)],
  ];
}

async function setVerbosity(backend: ApiBackend, params: readonly unknown[]): Promise<null> {
  assertCount(params, 1);
  const [given] = params;
  const level = typeof given === 'number' ? logLevelOf(String(given)) : undefined;
  if (level === undefined) {
    throw new RpcError(RPC_CODES.invalidParams, 'invalid argument 0: it must be a whole number from 0 to 5');
  }
  await backend.settings.update({ logLevel: level });
  return null;
}

async function setModuleLevels(backend: ApiBackend, params: readonly unknown[]): Promise<null> {
  assertCount(params, 1);
  const change = { logModules: textAt(params, 0) };
  await backend.settings.update(checkedArgument(API_REQUESTS['settings.update'].params, change));
  return null;
}
