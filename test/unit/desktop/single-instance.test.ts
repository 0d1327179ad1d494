import { EventEmitter } from 'node:events';
import { deserialize, serialize } from 'node:v8';
import type { App } from 'electron';
import { expect, test } from 'vitest';
import { argumentsOf, assertHandover, holdInstance } from '../../../src-main/desktop/single-instance.ts';

/**
 * What Chromium on Linux makes of the data of a second start: it splits the whole message at each zero byte, trims white space
 * of each piece, and joins them again; data that this broke arrives as null.
 */
function asChromiumPasses(data: object): unknown {
  const pieces = serialize(data).toString('latin1').split('\0');
  const trimmed = pieces.map((piece) => piece.replace(/^[\t-\r ]+|[\t-\r ]+$/g, '')).join('\0');
  try {
    return deserialize(Buffer.from(trimmed, 'latin1')) as unknown;
  } catch {
    return null;
  }
}

/** Electron's lock of one user-data folder: the second holder sends its data to the first. */
class FakeApp extends EventEmitter {
  #first: FakeApp | undefined;
  constructor(first?: FakeApp) {
    super();
    this.#first = first;
  }
  requestSingleInstanceLock(data: object): boolean {
    // Chromium's own order of the command line, with its switches.
    this.#first?.emit('second-instance', {}, ['/electron', '--no-sandbox', 'x'], '/', asChromiumPasses(data));
    return this.#first === undefined;
  }
}

const hold = (app: FakeApp, args: readonly string[], onSecond: (args: readonly string[]) => void): boolean =>
  holdInstance(app as unknown as App, args, onSecond);

test('a second start hands its arguments, as they were, to the first', () => {
  const received: (readonly string[])[] = [];
  const first = new FakeApp();
  expect(hold(first, ['--demo'], (args) => received.push(args))).toBe(true);
  const second = hold(new FakeApp(first), ['enode://12@1.2.3.4:30303', '--datadir', 'a b'], () => undefined);
  expect(second).toBe(false);
  expect(received).toEqual([['enode://12@1.2.3.4:30303', '--datadir', 'a b']]);
});

/** What the first start receives from a second one with these arguments. */
function received(args: readonly string[]): readonly string[] | undefined {
  let result: readonly string[] | undefined;
  const first = new FakeApp();
  hold(first, [], (passed) => (result = passed));
  hold(new FakeApp(first), args, () => undefined);
  return result;
}

test.each(Array.from({ length: 34 }, (_, count) => count))('%i arguments arrive as they were', (count) => {
  const args = Array.from({ length: count }, (_, at) => 'x'.repeat(at));
  expect(received(args)).toEqual(args);
});

test.each(['/узлы сети/список 1.json', '/節點 列表/a b', ' a ', '\t', 'a\u0000b', '\ud800', '/ä ö/ü.toml'])(
  'an argument of any characters arrives as it was: %j',
  (arg) => {
    expect(received([arg, '--demo'])).toEqual([arg, '--demo']);
  },
);

const base64Of = (text: string): string => Buffer.from(text).toString('base64url');

const sizeOf = (links: number) => ({
  argv: ['/electron', '/project', ...Array.from({ length: links }, () => `enode://${'0'.repeat(150)}`)],
  folder: '/home/somebody',
});

test('64 links, as many as the preview shows, are handed over', () => {
  const { argv, folder } = sizeOf(64);
  expect(() => assertHandover(argv, argv.slice(2), folder)).not.toThrow();
});

test('more arguments than a message of Chromium holds are refused, because it would kill the running process', () => {
  const { argv, folder } = sizeOf(300);
  expect(() => assertHandover(argv, argv.slice(2), folder)).toThrow(
    'The arguments are too long to hand them over to a running Enodeck: open fewer links and files at once, or put the nodes into one file.',
  );
});

test.each([
  undefined,
  null,
  [],
  { arguments: ['--demo'] },
  { arguments: '--demo' },
  { arguments: base64Of('{}') },
  { arguments: base64Of('[1]') },
  { arguments: base64Of('["--demo"') },
  { arguments: base64Of(JSON.stringify(['x'.repeat(32_768)])) },
])('data that is no bounded list of arguments gives none: %#', (data) => {
  expect(argumentsOf(data)).toEqual([]);
});
