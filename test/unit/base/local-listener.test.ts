import { link, lstat, mkdir, stat, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { checkLocalPath, listenLocal, type LocalListener } from '../../../src-main/base/local-listener.ts';
import { folderOfTest } from '../../support/folder-of-test.ts';

const folder = folderOfTest();

async function listen(path: string, most = 4, onSocket: (socket: Socket) => void = () => undefined) {
  const accepted: Socket[] = [];
  const listener: LocalListener = await listenLocal(path, most, (socket) => {
    socket.on('error', () => undefined);
    accepted.push(socket);
    onSocket(socket);
  });
  const close = async (): Promise<void> => {
    const closed = listener.close();
    for (const socket of accepted) socket.destroy();
    await closed;
  };
  folder.atEnd(close);
  return { close };
}

/** A socket that no program listens on, as a process leaves that was killed. */
async function staleSocket(path: string): Promise<void> {
  const { close } = await listen(folder.path('first'));
  await link(folder.path('first'), path);
  await close();
}

const failureOf = (path: string): Promise<unknown> =>
  listen(path).then(
    () => undefined,
    (error: unknown) => error,
  );

test('a socket is for its owner alone, whatever the mask of the process, and is removed at the end', async () => {
  const path = folder.path('a.ipc');
  const mask = process.umask(0);
  try {
    const { close } = await listen(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(process.umask(0)).toBe(0);
    await close();
  } finally {
    process.umask(mask);
  }
  await expect(lstat(path)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a socket that a killed process left is replaced', async () => {
  const path = folder.path('a.ipc');
  await staleSocket(path);
  expect((await lstat(path)).isSocket()).toBe(true);
  await listen(path, 4, (socket) => socket.end('hello'));
  const client = connect(path);
  const [bytes] = (await once(client, 'data')) as [Buffer];
  expect(bytes.toString()).toBe('hello');
});

test('a socket that a program listens on stays its own', async () => {
  const path = folder.path('a.ipc');
  await listen(path, 4, (socket) => socket.end('the first'));
  expect(await failureOf(path)).toMatchObject({
    code: 'address-in-use',
    message: `Cannot listen on the socket ${path}: another program listens on it`,
  });
  const client = connect(path);
  const [bytes] = (await once(client, 'data')) as [Buffer];
  expect(bytes.toString()).toBe('the first');
});

test('a file or a folder of the same name is kept', async () => {
  const path = folder.path('a.ipc');
  await writeFile(path, 'a letter');
  await mkdir(folder.path('b.ipc'));
  for (const name of [path, folder.path('b.ipc')]) {
    expect(await failureOf(name)).toMatchObject({
      code: 'address-in-use',
      message: expect.stringMatching(/something that is no socket has this name$/) as string,
    });
  }
  expect((await stat(path)).size).toBe(8);
});

test('a path that is too long is refused, and the longest one works', async () => {
  const limit = process.platform === 'darwin' ? 103 : 107;
  const start = folder.path('');
  const longest = `${start}${'x'.repeat(limit - Buffer.byteLength(start))}`;
  await listen(longest);
  expect(await failureOf(`${longest}x`)).toMatchObject({
    code: 'address-not-available',
    message: expect.stringContaining(`its path has more than ${String(limit)} bytes`) as string,
  });
});

test('a missing folder is named', async () => {
  expect(await failureOf(folder.path('none', 'a.ipc'))).toMatchObject({
    code: 'address-not-available',
    message: expect.stringContaining(`there is no folder ${folder.path('none')}`) as string,
  });
});

test('the check of a path tells whether a socket is there', async () => {
  expect(await checkLocalPath(folder.path('a.ipc'))).toBe(false);
  await listen(folder.path('a.ipc'));
  expect(await checkLocalPath(folder.path('a.ipc'))).toBe(true);
});
