import type { WebContents } from 'electron';

/** The zoom factors of the window, as in browsers. */
export const ZOOM_FACTORS = [0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3] as const;

/** The factor of ZOOM_FACTORS that is next to a number; 1 for what is no number. */
export function zoomFactor(value: number): number {
  if (!Number.isFinite(value)) return 1;
  const distance = (factor: number): number => Math.abs(factor - value);
  return ZOOM_FACTORS.reduce((best, factor) => (distance(factor) < distance(best) ? factor : best), 1);
}

/** The next larger or smaller factor; the same at the end. */
export function nextZoom(value: number, step: 'in' | 'out'): number {
  const at = ZOOM_FACTORS.findIndex((factor) => factor === zoomFactor(value));
  return ZOOM_FACTORS[at + (step === 'in' ? 1 : -1)] ?? zoomFactor(value);
}

/** The part of a page's contents in use. */
export type ZoomedContents = Pick<WebContents, 'getZoomFactor' | 'setZoomFactor' | 'on'>;

/** Changes the zoom of a page by one step, or back to 1. */
export function zoom(contents: ZoomedContents, step: 'in' | 'out' | 'reset'): void {
  contents.setZoomFactor(step === 'reset' ? 1 : nextZoom(contents.getZoomFactor(), step));
}

/** Zooms by the wheel with Ctrl. */
export function zoomByWheel(contents: ZoomedContents): void {
  contents.on('zoom-changed', (_event, direction) => {
    zoom(contents, direction);
  });
}
