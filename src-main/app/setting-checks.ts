import { isAbsolute } from 'node:path';
import {
  PATH_SETTING_KEYS,
  type PathSettingKey,
  type SettingKey,
  type SettingsChange,
} from '../../shared/settings-table.ts';
import { refuseNode } from '../../shared/node-check.ts';
import { ApiError } from '../api/api-error.ts';
import { readJwtFile } from './chain-settings.ts';
import { ipcEndpoint } from './ipc-endpoint.ts';
import { loadNetwork } from './network-selection.ts';
import { attributeFailure } from './setting-failure.ts';
import type { EffectiveSettings } from './effective-settings.ts';
import { logFileObstacle } from '../base/file-log-sink.ts';
import { checkLocalPath } from '../base/local-listener.ts';
import { describeError, EnodeckError } from '../base/errors.ts';
import { parseNode } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';
import { assertDatabasePlace, liesWithin } from '../store/database-place.ts';
import { dataPathsOf } from '../store/data-paths.ts';
import { readKeyFile } from '../store/identity.ts';
import { nodeToCheck } from '../node-record/node-to-check.ts';

/** Opens the system's dialog for a file or a folder; undefined when the user cancels. */
export type ChoosePath = (kind: 'file' | 'folder', title: string) => Promise<string | undefined>;

/** The rules for a path. */
export interface PathRules {
  readonly dataFolder: string;
  /** Whether the user chose the path in the system's dialog, in this run. */
  readonly isChosen: (path: string) => boolean;
}

/** The check of each path, which must also be absolute. */
const CHECKS: Readonly<Record<PathSettingKey, (path: string, rules: PathRules) => Promise<unknown>>> = {
  nodeKey: (path) => readKeyFile(path),
  genesis: (path) => loadNetwork({ network: 'mainnet', genesis: path, networkId: null, forkOverrides: [] }),
  nodeDatabase: checkDatabase,
  sentryJwt: checkJwtFile,
  logFile: checkLogFile,
};

/**
 * Checks the files and folders that a change names, so that nothing is saved that would prevent the next start.
 * @throws ApiError `invalid-parameters` with the setting as its field
 */
export async function assertUsable(change: SettingsChange, rules: PathRules): Promise<void> {
  if (change.bootnodes !== undefined) assertBootnodes(change.bootnodes);
  if (change.ipcPath !== undefined) await checked('ipcPath', () => checkIpc(change.ipcPath ?? '', rules));
  for (const key of PATH_SETTING_KEYS) {
    const path = change[key];
    if (path === undefined || path === null) continue;
    await checked(key, () => {
      if (!isAbsolute(path))
        throw refused(key, 'The path must be absolute, from the root of the file system on');
      return CHECKS[key](path, rules);
    });
  }
}

async function checked(key: SettingKey, check: () => Promise<unknown>): Promise<void> {
  try {
    await check();
  } catch (error) {
    throw error instanceof EnodeckError && !(error instanceof ApiError)
      ? refused(key, describeError(error), error)
      : error;
  }
}

/** Refuses the same bootnodes as `add` does, with the same messages. @throws ApiError */
function assertBootnodes(texts: readonly string[] | null): void {
  const ids = new Set<string>();
  for (const text of texts ?? []) {
    const node = bootnodeOf(text);
    const refusal = refuseNode('bootnodes', nodeToCheck(node), { isListed: ids.has(node.idHex) });
    if (refusal !== undefined) throw refusedBootnode(text, refusal.message);
    ids.add(node.idHex);
  }
}

function bootnodeOf(text: string): Node {
  try {
    return parseNode(text);
  } catch (error) {
    throw refusedBootnode(text, describeError(error), error);
  }
}

const refusedBootnode = (text: string, message: string, cause?: unknown): ApiError =>
  refused('bootnodes', `${text.slice(0, 40)}…: ${message}`, cause);

/** A page or script must not create folders outside the data folder; the user may, in the system's dialog. */
async function checkDatabase(path: string, { dataFolder, isChosen }: PathRules): Promise<void> {
  await assertDatabasePlace(path);
  if (isChosen(path) || (await liesWithin(dataFolder, path))) return;
  throw refused(
    'nodeDatabase',
    `The folder is outside the data folder ${dataFolder}: choose it with “Choose…” in the desktop application`,
  );
}

/** A page or script must not have tokens of any secret sent; the user may, in the system's dialog. */
async function checkJwtFile(path: string, { isChosen }: PathRules): Promise<void> {
  if (!isChosen(path)) {
    throw refused(
      'sentryJwt',
      'Choose the file with “Choose…” in the desktop application, or name it on the command line',
    );
  }
  await readJwtFile(path);
}

/** A page or script must not add lines to any file; the user may, in the system's dialog. */
async function checkLogFile(path: string, { dataFolder, isChosen }: PathRules): Promise<void> {
  const { logs } = dataPathsOf(dataFolder);
  if (!isChosen(path) && !(await liesWithin(logs, path))) {
    throw refused(
      'logFile',
      `The file is outside the folder ${logs}: choose it with “Choose…” in the desktop application, or name it on the command line`,
    );
  }
  const obstacle = logFileObstacle(path);
  if (obstacle !== undefined) throw refused('logFile', obstacle);
}

/** A page or script must not create sockets outside the data folder. */
async function checkIpc(ipcPath: string, { dataFolder, isChosen }: PathRules): Promise<void> {
  if (/[\\/]/.test(ipcPath) && !isChosen(ipcPath)) {
    throw refused('ipcPath', 'It must be a name in the data folder; a path can be given on the command line');
  }
  if (process.platform !== 'win32') await checkLocalPath(ipcEndpoint(ipcPath, dataFolder, process.platform));
}

/** Checks the settings before anything is opened. @throws SettingFailure */
export async function assertStartable(settings: EffectiveSettings): Promise<void> {
  const { nodeDatabase, bootnodes } = settings.current();
  await attributeFailure(settings, 'bootnodes', () => (bootnodes ?? []).map(parseNode));
  if (nodeDatabase !== null) {
    await attributeFailure(settings, 'nodeDatabase', () => assertDatabasePlace(nodeDatabase));
  }
}

function refused(key: SettingKey, message: string, cause?: unknown): ApiError {
  return new ApiError('invalid-parameters', message.replace(/[.]?$/, '.'), key, { cause });
}
