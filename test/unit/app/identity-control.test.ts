import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../shared/settings-table.ts';
import { IdentityController, type IdentityParts } from '../../../src-main/app/identity-control.ts';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { systemRandom } from '../../../src-main/base/system-runtime.ts';
import { openIdentity, type Identity } from '../../../src-main/store/identity.ts';
import { keysOf } from '../../../src-main/store/key-file.ts';
import { KeyFolder } from '../../../src-main/store/key-folder.ts';
import { decryptKeystore } from '../../../src-main/store/keystore.ts';
import { keystoreOf } from '../../support/keystore.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const PASSWORD = 'correct horse';
const OTHER_KEY = new Uint8Array(32).fill(0x2a);
const OTHER_ID = keysOf(OTHER_KEY).idHex;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let identity: Identity;
let clock: VirtualClock;
beforeEach(async () => {
  folder = await temporaryFolder();
  identity = await open();
  clock = new VirtualClock();
});
afterEach(() => folder.remove());

const open = () => openIdentity(folder.path, { random: systemRandom });

function control(change: Partial<IdentityParts> = {}, nodeKeys: readonly (string | null)[] = [null, null]) {
  const [now = null, next = null] = nodeKeys;
  return new IdentityController({
    ...{ identity, clock, random: systemRandom, choosePath: undefined },
    keys: new KeyFolder({ folder: folder.path, clock }),
    settings: {
      current: () => ({ ...DEFAULT_SETTINGS, nodeKey: now }),
      upcoming: () => ({ ...DEFAULT_SETTINGS, nodeKey: next }),
    },
    ...change,
  });
}

/** scrypt with standard parameters takes 256 MiB and a second, much longer on a machine that is busy. */
const SLOW = { timeout: 60_000 };

describe('the control of the node key', () => {
  it('tells where the key is, without the key', async () => {
    const details = await control().details();
    expect(details).toMatchObject({
      ...{ nodeId: identity.idHex, file: join(folder.path, 'nodekey'), storage: 'file', nextId: null },
      ...{ configuredFile: null, copies: [], olderCopies: 0, problem: null },
    });
    expect(JSON.stringify(details)).not.toContain(bytesToHex(identity.privateKey));
  });

  it('exports the key as a keystore that only the password opens', SLOW, async () => {
    const { text, fileName } = await control().export(PASSWORD);
    expect(fileName).toBe(`nodekey-${identity.idHex.slice(0, 16)}.json`);
    expect(await decryptKeystore('key', text, PASSWORD)).toEqual(identity.privateKey);
  });

  it.each([
    ['short', /at least 10 characters/],
    ['with a \u0000 in it', /encode differently/],
  ])('refuses the password %j for an export', async (password, message) => {
    await expect(control().export(password)).rejects.toMatchObject({
      ...{ code: 'invalid-parameters', field: 'password', message: expect.stringMatching(message) as string },
    });
  });

  it('replaces the key by a new one for the next start, and offers the earlier one', async () => {
    const keys = control();
    const candidate = await keys.prepare({ kind: 'new' });
    expect(candidate).toMatchObject({ source: 'new', fileName: null });
    expect((await open()).idHex).toBe(identity.idHex);
    const details = await keys.apply(candidate?.id ?? '');
    expect((await open()).idHex).toBe(candidate?.nodeId);
    expect(details).toMatchObject({ nodeId: identity.idHex, nextId: candidate?.nodeId });
    expect(keys.nextId).toBe(candidate?.nodeId);
    const [copy] = details.copies;
    expect(copy?.nodeId).toBe(identity.idHex);

    const earlier = await keys.prepare({ kind: 'copy', name: copy?.name ?? '' });
    expect(earlier).toMatchObject({ source: 'copy', nodeId: identity.idHex });
    expect(await keys.apply(earlier?.id ?? '')).toMatchObject({ nextId: null });
    expect((await open()).idHex).toBe(identity.idHex);
    expect(clock.pendingTimers).toBe(0);
  });

  it('imports a keystore: its node ID is known after the password, and it is applied after that', async () => {
    const keys = control();
    const held = await keys.prepare({
      kind: 'keystore',
      fileName: 'my.json',
      text: keystoreOf(OTHER_KEY, PASSWORD),
    });
    const id = held?.id ?? '';
    expect(held).toMatchObject({ source: 'keystore', fileName: 'my.json', nodeId: null });
    await expect(keys.apply(id)).rejects.toMatchObject({ code: 'invalid-parameters', field: 'id' });
    await expect(keys.unlock(id, 'a guess')).rejects.toMatchObject({
      ...{ field: 'password', message: 'The password of my.json is wrong.' },
    });
    const opened = await keys.unlock(id, PASSWORD);
    expect(opened).toMatchObject({ source: 'keystore', fileName: 'my.json', nodeId: OTHER_ID });
    await keys.apply(opened.id);
    expect((await open()).idHex).toBe(OTHER_ID);
  });

  it('opens a keystore with the password in the form that ethers uses', async () => {
    const typed = 'Zu\u0308rich fu\u0308nf';
    const keys = control();
    const text = keystoreOf(OTHER_KEY, typed.normalize('NFKC'));
    const held = await keys.prepare({ kind: 'keystore', fileName: 'my.json', text });
    expect(await keys.unlock(held?.id ?? '', typed)).toMatchObject({ nodeId: OTHER_ID });
  });

  it('reads a key that is not encrypted only from a file that the user chose in the dialog', async () => {
    const text = `${bytesToHex(OTHER_KEY)}\n`;
    const file = join(folder.path, 'geth-nodekey');
    await writeFile(file, text);
    const keys = control({ choosePath: async () => file });
    expect(await keys.prepare({ kind: 'file' })).toMatchObject({
      ...{ source: 'file', fileName: 'geth-nodekey', nodeId: OTHER_ID },
    });
    await expect(keys.prepare({ kind: 'keystore', fileName: 'x', text })).rejects.toMatchObject({
      ...{ code: 'invalid-parameters', field: 'text' },
    });
    expect(await control({ choosePath: async () => undefined }).prepare({ kind: 'file' })).toBeNull();
    await expect(control().prepare({ kind: 'file' })).rejects.toMatchObject({ code: 'not-available' });
  });

  it.each([
    ['not a key', 'hello', /64 hex digits/],
    ['a folder', null, /is a folder, not a file/],
    ['no text', new Uint8Array([0xff, 0xfe]), /64 hex digits/],
    ['a keystore of version 1', '{"version":1}', /version 3/],
    ['too large', '1'.repeat(20_000), /larger than/],
  ])('refuses a file that is %s, with its name and the reason', async (_what, content, reason) => {
    const file = content === null ? folder.path : join(folder.path, 'chosen');
    if (content !== null) await writeFile(file, content);
    const error = await control({ choosePath: async () => file })
      .prepare({ kind: 'file' })
      .catch((each: unknown) => each as Error);
    expect(error).toMatchObject({ message: expect.stringMatching(reason) as string });
    expect((await open()).idHex).toBe(identity.idHex);
  });

  it('holds one key, and forgets it when it is discarded or not applied in ten minutes', async () => {
    const keys = control();
    const first = await keys.prepare({ kind: 'new' });
    const second = await keys.prepare({ kind: 'new' });
    await expect(keys.apply(first?.id ?? '')).rejects.toMatchObject({ code: 'not-found' });
    keys.discard(second?.id ?? '');
    await expect(keys.apply(second?.id ?? '')).rejects.toMatchObject({ code: 'not-found' });
    const third = await keys.prepare({ kind: 'new' });
    await clock.advance(600_000);
    await expect(keys.apply(third?.id ?? '')).rejects.toMatchObject({ code: 'not-found' });
    expect((await open()).idHex).toBe(identity.idHex);
  });

  it.each([
    ['names a key file', ['/keys/a', '/keys/a']],
    ['will name a key file after the next start', [null, '/keys/a']],
    ['named the key file of this run', ['/keys/a', null]],
  ])('changes nothing where the setting %s', async (_what, nodeKeys) => {
    const keys = control({}, nodeKeys);
    expect(await keys.details()).toMatchObject({ configuredFile: '/keys/a' });
    await expect(keys.prepare({ kind: 'new' })).rejects.toMatchObject({
      ...{ code: 'not-editable', message: expect.stringContaining('/keys/a') as string },
    });
  });

  it('applies no key after the setting has named a key file', async () => {
    let nodeKey: string | null = null;
    const settings = {
      current: () => ({ ...DEFAULT_SETTINGS, nodeKey: null }),
      upcoming: () => ({ ...DEFAULT_SETTINGS, nodeKey }),
    };
    const keys = control({ settings });
    const candidate = await keys.prepare({ kind: 'new' });
    nodeKey = '/keys/a';
    await expect(keys.apply(candidate?.id ?? '')).rejects.toMatchObject({ code: 'not-editable' });
    expect((await open()).idHex).toBe(identity.idHex);
  });

  it('reports a key file that can no longer be read', async () => {
    await rm(join(folder.path, 'nodekey'));
    expect(await control().details()).toMatchObject({
      ...{ storedAt: null, problem: expect.stringContaining('does not exist') as string },
    });
  });

  it('derives one password at a time, lets one wait, and refuses more', SLOW, async () => {
    const keys = control();
    const all = await Promise.allSettled([1, 2, 3].map(() => keys.export(PASSWORD)));
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });
});
