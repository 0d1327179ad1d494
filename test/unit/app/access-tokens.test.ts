import { readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Right } from '../../../shared/model/access.ts';
import { AccessTokens, digestOf } from '../../../src-main/app/access-tokens.ts';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { writeTokens } from '../../../src-main/store/token-file.ts';
import { eventually } from '../../support/eventually.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let file: string;
let clock: VirtualClock;
let tokens: AccessTokens;
let log: ReturnType<typeof recordedLog>;
let changes: number;

/** Saves tokens with these texts, as the command line does. */
const save = (...given: readonly (readonly [name: string, text: string, right: Right])[]): Promise<void> =>
  writeTokens(
    file,
    given.map(([name, text, right]) => ({
      ...{ name, right, created: '2026-01-31T12:00:00.000Z', sha256: bytesToHex(digestOf(text)) },
    })),
  );

/** Lets the file be looked at until a change was seen. */
async function seen(): Promise<void> {
  const before = changes;
  await eventually('a change of the file', async () => {
    await clock.advance(1_000);
    return changes > before || undefined;
  });
}

beforeEach(async () => {
  folder = await temporaryFolder();
  file = join(folder.path, 'tokens.json');
  clock = new VirtualClock();
  log = recordedLog();
  changes = 0;
  tokens = new AccessTokens('the-page', file, { clock, logger: log.logger });
  tokens.onChange(() => (changes += 1));
});

afterEach(async () => {
  await tokens.stop();
  await folder.remove();
});

describe('the tokens of the page', () => {
  test('are that of its address, with every right, and the named ones with theirs', async () => {
    await save(['grafana', 'one', 'read'], ['scripts', 'two', 'operate']);
    await tokens.start();
    expect(tokens.callerOf('the-page')).toEqual({ name: 'page', right: 'admin' });
    expect(tokens.callerOf('one')).toEqual({ name: 'grafana', right: 'read' });
    expect(tokens.callerOf('two')).toEqual({ name: 'scripts', right: 'operate' });
    for (const wrong of ['', 'grafana', 'One', 'the-pag', bytesToHex(digestOf('one'))]) {
      expect(tokens.callerOf(wrong)).toBeUndefined();
    }
  });

  test('follow the file: one that was added is valid, one that was revoked is not', async () => {
    await save(['grafana', 'one', 'read']);
    await tokens.start();
    const grafana = tokens.callerOf('one');
    await save(['grafana', 'one', 'read'], ['scripts', 'two', 'operate']);
    await seen();
    expect(tokens.callerOf('one')).toBe(grafana);
    const scripts = tokens.callerOf('two');
    await save(['scripts', 'two', 'operate']);
    await seen();
    expect(tokens.callerOf('one')).toBeUndefined();
    expect(grafana && tokens.isValid(grafana)).toBe(false);
    expect(scripts && tokens.isValid(scripts)).toBe(true);
    await rm(file);
    await seen();
    expect(scripts && tokens.isValid(scripts)).toBe(false);
    const page = tokens.callerOf('the-page');
    expect(page && tokens.isValid(page)).toBe(true);
  });

  test('with the same name and another text or right are other tokens', async () => {
    await save(['grafana', 'one', 'read'], ['scripts', 'two', 'operate']);
    await tokens.start();
    const before = [tokens.callerOf('one'), tokens.callerOf('two')];
    await save(['grafana', 'three', 'read'], ['scripts', 'two', 'read']);
    await seen();
    expect(before.map((caller) => caller && tokens.isValid(caller))).toEqual([false, false]);
    expect(tokens.callerOf('two')).toEqual({ name: 'scripts', right: 'read' });
  });

  test('are only that of the address while the file cannot be read', async () => {
    await save(['grafana', 'one', 'admin']);
    await tokens.start();
    await writeFile(file, '{');
    await seen();
    expect(tokens.callerOf('one')).toBeUndefined();
    expect(tokens.callerOf('the-page')).toBeDefined();
    expect(log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'error no named token is accepted: their file cannot be read',
    ]);
    await save(['grafana', 'one', 'admin']);
    await seen();
    expect(tokens.callerOf('one')).toBeDefined();
  });

  test('are valid again once the file can be read, although it has the same time and size', async () => {
    await save(['grafana', 'one', 'read']);
    await tokens.start();
    const time = new Date(1_700_000_000_000);
    const put = async (text: string): Promise<void> => {
      await writeFile(file, text);
      await utimes(file, time, time);
    };
    const text = await readFile(file, 'utf8');
    await put(text.replace('{', '('));
    await seen();
    expect(tokens.callerOf('one')).toBeUndefined();
    await clock.advance(3_000);
    await put(text);
    await seen();
    expect(tokens.callerOf('one')).toBeDefined();
    expect(log.lines.map(({ level }) => level)).toEqual(['error', 'info']);
  });

  test('are not taken from a file with a fault at the start', async () => {
    await writeFile(file, '{');
    await expect(tokens.start()).rejects.toThrow('tokens.json');
  });
});
