import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const folder = resolve(import.meta.dirname, '../../../build/icons');
const read = (name: string) => readFileSync(resolve(folder, name));

/** Width and height from the IHDR chunk of a PNG. */
function pngSize(file: Uint8Array): string {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  expect(view.getUint32(0)).toBe(0x89504e47);
  return `${view.getUint32(16)}x${view.getUint32(20)}`;
}

/** Sizes of the PNG images in an ICO file. */
function icoSizes(file: Uint8Array): string[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  return Array.from({ length: view.getUint16(4, true) }, (_, index) =>
    pngSize(file.subarray(view.getUint32(6 + 16 * index + 12, true))),
  );
}

test.each([16, 24, 32, 48, 64, 128, 256, 512])('the icon theme has %d pixels', (size) => {
  const name = `${size}x${size}`;
  expect(pngSize(read(`linux/${name}.png`))).toBe(name);
});

test('the page in a browser has the small drawing as its icon', () => {
  const favicon = readFileSync(resolve(folder, '../../src-renderer/public/favicon.svg'), 'utf8');
  expect(favicon).toBe(read('enodeck-small.svg').toString());
});

test('the icons of Windows and macOS have all sizes', () => {
  expect(icoSizes(read('enodeck.ico'))).toEqual(
    [16, 20, 24, 32, 40, 48, 64, 256].map((size) => `${size}x${size}`),
  );
  const icns = read('enodeck.icns');
  expect(icns.subarray(0, 4).toString('latin1')).toBe('icns');
  // 1024 pixels, as a PNG.
  expect(icns.indexOf('ic10')).toBeGreaterThan(0);
});

describe.each(['running', 'alone', 'stopped'])('the tray icon %s', (state) => {
  test('has both densities on Linux and macOS, and four sizes on Windows', () => {
    expect(pngSize(read(`tray/${state}.png`))).toBe('24x24');
    expect(pngSize(read(`tray/${state}@2x.png`))).toBe('48x48');
    expect(pngSize(read(`tray/${state}Template.png`))).toBe('16x16');
    expect(pngSize(read(`tray/${state}Template@2x.png`))).toBe('32x32');
    expect(icoSizes(read(`tray/${state}.ico`))).toEqual(['16x16', '20x20', '24x24', '32x32']);
  });
});
