import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  centred,
  displaysKey,
  isReachable,
  MAX_DISPLAY_SETS,
  placeFor,
  readWindowMemory,
  withPlace,
  writeWindowMemory,
  type ScreenDisplay,
  type WindowMemory,
} from '../../../src-main/desktop/window-state.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = await temporaryFolder();
afterAll(() => folder.remove());

const NOTHING: WindowMemory = { zoom: 1, places: [] };

const displayOf = (x: number, width = 1_920, height = 1_080): ScreenDisplay => ({
  bounds: { x, y: 0, width, height },
  workArea: { x, y: 30, width, height: height - 30 },
  scaleFactor: 1,
});
const left = displayOf(0);
const right = displayOf(1_920, 2_560, 1_440);
const placeAt = (x: number, more: Partial<{ maximized: boolean; fullscreen: boolean }> = {}) => ({
  ...{ x, y: 100, width: 900, height: 700, maximized: false, fullscreen: false },
  ...more,
});

describe('the place of the window', () => {
  test('is remembered for each set of displays', () => {
    const docked = withPlace(NOTHING, [left, right], placeAt(2_200, { maximized: true }));
    const both = withPlace(docked, [left], placeAt(50, { fullscreen: true }));
    expect(placeFor(both, [left])).toEqual(placeAt(50, { fullscreen: true }));
    // In any order.
    expect(placeFor(both, [right, left])).toEqual(placeAt(2_200, { maximized: true }));
  });

  test('is not used after its display was removed; the latest that can be reached is', () => {
    const memory = withPlace(NOTHING, [left, right], placeAt(2_200));
    expect(placeFor(memory, [left])).toBeUndefined();
    expect(placeFor(withPlace(memory, [left, right], placeAt(100)), [left])).toEqual(placeAt(100));
  });

  test('of a display that changed its size is not used where it is out of reach', () => {
    const memory = withPlace(NOTHING, [left], placeAt(1_800));
    expect(placeFor(memory, [displayOf(0, 1_280, 800)])).toBeUndefined();
  });

  test('is kept for the latest sets only', () => {
    let memory = NOTHING;
    for (let n = 0; n < 20; n++) memory = withPlace(memory, [displayOf(0, 1_000 + n)], placeAt(n));
    expect(memory.places).toHaveLength(MAX_DISPLAY_SETS);
    expect(memory.places[0]?.place.x).toBe(19);
  });

  test('is reachable when enough of it is in a work area', () => {
    const area = { x: 0, y: 0, width: 1_920, height: 1_080 };
    const at = (x: number, y: number) => ({ x, y, width: 800, height: 600 });
    expect(isReachable(at(100, 100), [area])).toBe(true);
    expect(isReachable(at(1_900, 100), [area])).toBe(false);
    expect(isReachable(at(-790, 100), [area])).toBe(false);
    expect(isReachable(at(100, -50), [area])).toBe(false);
    expect(isReachable(at(2_000, 0), [area, { ...area, x: 1_920 }])).toBe(true);
  });

  test('is centred on a smaller display, no larger than it', () => {
    const area = { x: 1_920, y: 30, width: 1_000, height: 600 };
    expect(centred({ width: 1_280, height: 400 }, area)).toEqual({
      x: 1_920,
      y: 130,
      width: 1_000,
      height: 400,
    });
  });
});

describe('the file of the window', () => {
  const file = join(folder.path, 'window.json');

  test('keeps places and zoom', () => {
    const memory = { ...withPlace(NOTHING, [left, right], placeAt(7)), zoom: 1.25 };
    writeWindowMemory(file, memory);
    expect(readWindowMemory(file)).toEqual(memory);
  });

  test('of an earlier version has its place', async () => {
    await writeFile(file, '{"x":1,"y":40,"width":800,"height":600,"maximized":true}');
    const place = { x: 1, y: 40, width: 800, height: 600, maximized: true, fullscreen: false };
    expect(placeFor(readWindowMemory(file), [left])).toEqual(place);
  });

  test.each([
    '{"x": 1e99}',
    '',
    'null',
    '{"zoom":"big","places":[]}',
    '{"zoom":1,"places":[{"displays":"","place":{"x":1,"y":2,"width":1,"height":1,"maximized":false}}]}',
    `{"zoom":1,"places":[${Array.from({ length: 13 }, () => '{}').join()}]}`,
    ' '.repeat(20_000),
  ])('that is invalid counts as none: %#', async (text) => {
    await writeFile(file, text);
    expect(readWindowMemory(file)).toEqual(NOTHING);
  });

  test('with a zoom that the menu does not have gives the next one', async () => {
    await writeFile(file, '{"zoom":97,"places":[]}');
    expect(readWindowMemory(file).zoom).toBe(3);
  });

  test('that holds the largest memory can be read', () => {
    const many = Array.from({ length: 30 }, (_, at) => displayOf(at * 10_000, 10_000, 10_000));
    let memory = NOTHING;
    for (let n = 0; n < 20; n++) memory = withPlace(memory, [displayOf(n), ...many], placeAt(n));
    writeWindowMemory(file, memory);
    expect(readWindowMemory(file)).toEqual(memory);
  });

  test.skipIf(process.platform === 'win32')('that is a pipe is left alone', () => {
    const pipe = join(folder.path, 'pipe');
    execFileSync('mkfifo', [pipe]);
    writeWindowMemory(pipe, NOTHING);
    expect(readWindowMemory(pipe)).toEqual(NOTHING);
  });
});

test('the key of a set of displays does not depend on their order, and tells scales apart', () => {
  expect(displaysKey([left, right])).toBe(displaysKey([right, left]));
  expect(displaysKey([left])).not.toBe(displaysKey([{ ...left, scaleFactor: 2 }]));
});
