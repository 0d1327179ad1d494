import { basename, join, resolve } from 'node:path';

/**
 * The socket of a value of --ipcpath, as in geth (node/config.go IPCEndpoint): a name is in the data folder, a path is that
 * path. On Windows all pipes are in one folder of the system.
 */
export function ipcEndpoint(ipcPath: string, dataFolder: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') return ipcPath.startsWith(PIPES) ? ipcPath : `${PIPES}${ipcPath}`;
  return basename(ipcPath) === ipcPath ? join(dataFolder, ipcPath) : resolve(ipcPath);
}

const PIPES = '\\\\.\\pipe\\';
