import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  nextZoom,
  zoom,
  ZOOM_FACTORS,
  zoomByWheel,
  zoomFactor,
  type ZoomedContents,
} from '../../../src-main/desktop/zoom.ts';

class FakeContents extends EventEmitter {
  factor = 1;
  getZoomFactor(): number {
    return this.factor;
  }
  setZoomFactor(factor: number): void {
    this.factor = factor;
  }
}

const zoomed = (contents: FakeContents): ZoomedContents => contents as unknown as ZoomedContents;

test('zoom goes through the factors and stops at both ends', () => {
  const contents = new FakeContents();
  const seen: number[] = [];
  for (let n = 0; n < 12; n++) {
    zoom(zoomed(contents), 'in');
    seen.push(contents.factor);
  }
  expect(seen).toEqual([1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3, 3, 3, 3, 3]);
  for (let n = 0; n < 20; n++) zoom(zoomed(contents), 'out');
  expect(contents.factor).toBe(0.5);
  zoom(zoomed(contents), 'reset');
  expect(contents.factor).toBe(1);
});

test('the wheel with Ctrl zooms by one step', () => {
  const contents = new FakeContents();
  zoomByWheel(zoomed(contents));
  contents.emit('zoom-changed', {}, 'in');
  expect(contents.factor).toBe(1.1);
  contents.emit('zoom-changed', {}, 'out');
  expect(contents.factor).toBe(1);
});

test('any number gives a factor of the list', () => {
  const factors: readonly number[] = ZOOM_FACTORS;
  fc.assert(
    fc.property(fc.double(), (value) => {
      expect(factors).toContain(zoomFactor(value));
      expect(factors).toContain(nextZoom(value, 'in'));
      expect(factors).toContain(nextZoom(value, 'out'));
    }),
  );
  expect([NaN, Infinity, 0.97].map(zoomFactor)).toEqual([1, 1, 1]);
});
