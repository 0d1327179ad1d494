import { EventEmitter } from 'node:events';
import type { App } from 'electron';
import { expect, test } from 'vitest';
import { argumentsOf, holdInstance } from '../../../src-main/desktop/single-instance.ts';

/** Electron's lock of one user-data folder: the second holder sends its data to the first. */
class FakeApp extends EventEmitter {
  #first: FakeApp | undefined;
  constructor(first?: FakeApp) {
    super();
    this.#first = first;
  }
  requestSingleInstanceLock(data: object): boolean {
    // Chromium's own order of the command line, with its switches.
    this.#first?.emit('second-instance', {}, ['/electron', '--no-sandbox', 'x'], '/', structuredClone(data));
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

test.each([
  undefined,
  null,
  [],
  { arguments: '--demo' },
  { arguments: [1] },
  { arguments: ['x'.repeat(4_097)] },
  { arguments: Array.from({ length: 257 }, () => 'x') },
])('data that is no bounded list of arguments gives none: %#', (data) => {
  expect(argumentsOf(data)).toEqual([]);
});
