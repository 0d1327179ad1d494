import type { Audit } from '../api/audit.ts';
import { createRpcDispatcher } from '../api/json-rpc.ts';
import { IpcServer } from '../api/rpc-ipc.ts';
import { createRpcTable } from '../api/rpc-methods.ts';
import type { Backend } from '../app/backend.ts';
import type { EffectiveSettings } from '../app/effective-settings.ts';
import { ipcEndpoint } from '../app/ipc-endpoint.ts';
import { attributeFailure } from '../app/setting-failure.ts';
import { EnodeckError } from '../base/errors.ts';
import type { Logger } from '../base/runtime.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings-table.ts';
import type { Runtime } from './runtime.ts';

/** JSON-RPC over IPC with all methods: the mode of the socket limits the callers. Undefined with --ipcdisable. */
export function composeIpc(
  settings: EffectiveSettings,
  dataFolder: string,
  backend: Backend,
  audit: Audit,
  { clock, random, logger }: Runtime,
): IpcServer | undefined {
  const { ipcDisable, ipcPath } = settings.current();
  if (ipcDisable) return undefined;
  const ipcLogger = logger.child('ipc');
  return new IpcServer(ipcEndpoint(ipcPath, dataFolder, process.platform), {
    rpc: createRpcDispatcher(audit.rpc(createRpcTable(backend, true), 'ipc'), ipcLogger, clock),
    ...{ clock, random, logger: ipcLogger },
  });
}

/**
 * Starts it. The desktop's window needs no IPC, and neither does a node whose user named no socket: there a failure is only
 * logged.
 * @throws SettingFailure that names the socket
 */
export async function startIpc(
  ipc: IpcServer | undefined,
  settings: EffectiveSettings,
  mode: 'desktop' | 'headless',
  logger: Logger,
): Promise<void> {
  const isChosen = settings.current().ipcPath !== DEFAULT_SETTINGS.ipcPath;
  try {
    await attributeFailure(settings, 'ipcPath', () => ipc?.start());
  } catch (error) {
    if ((mode === 'headless' && isChosen) || !(error instanceof EnodeckError)) throw error;
    logger.child('ipc').error('JSON-RPC is not served over IPC', { reason: error.message });
  }
}
