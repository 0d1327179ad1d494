import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ipcEndpoint } from '../../../src-main/app/ipc-endpoint.ts';

test.each([
  ['enodeck.ipc', 'linux', '/data/enodeck.ipc'],
  ['/run/enodeck/a.ipc', 'linux', '/run/enodeck/a.ipc'],
  ['sockets/a.ipc', 'darwin', resolve('sockets/a.ipc')],
  ['enodeck.ipc', 'win32', '\\\\.\\pipe\\enodeck.ipc'],
  ['\\\\.\\pipe\\mine', 'win32', '\\\\.\\pipe\\mine'],
] as const)('--ipcpath %s on %s is %s', (path, platform, endpoint) => {
  expect(ipcEndpoint(path, '/data', platform)).toBe(endpoint);
});
