import { expect, it } from 'vitest';
import { readKeystoreFile } from '../../../../src-renderer/model/keystore-file.ts';

const t = (key: string, named: Readonly<Record<string, unknown>> = {}): string =>
  [key, ...Object.values(named)].join(' ');
const read = (text: string, size = text.length) =>
  readKeystoreFile({ name: 'key', size, text: () => Promise.resolve(text) }, t);

it('a keystore is read', async () => {
  expect(await read(' {"version":3}')).toEqual({ ok: true, name: 'key', text: ' {"version":3}' });
});

it.each(['ab'.repeat(32), `${'ab'.repeat(32)}\n`, ''])(
  'a key that is not encrypted is refused: %j',
  async (text) => {
    expect(await read(text)).toEqual({ ok: false, problem: 'identity.import.noKeystore key' });
  },
);

it('a file that is too large is not read', async () => {
  const text = (): Promise<string> => Promise.reject(new Error('read'));
  const file = { name: 'key', size: 20_000, text };
  expect(await readKeystoreFile(file, t)).toEqual({ ok: false, problem: 'identity.import.tooLarge key' });
});
