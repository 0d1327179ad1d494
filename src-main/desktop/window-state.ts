import type { Display, Rectangle } from 'electron';
import { z } from 'zod';
import { readState, writeState } from './state-file.ts';
import { zoomFactor } from './zoom.ts';

/** BOUNDED: a memory of MAX_DISPLAY_SETS places has some 4 kB. */
const MAX_MEMORY_BYTES = 16_384;
/** BOUNDED: sets of displays whose window place is kept; the least recently used leaves. */
export const MAX_DISPLAY_SETS = 12;
/** BOUNDED: characters of the key of a set: some 12 displays. */
const MAX_KEY = 400;

const placeSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(400).max(20_000),
  height: z.int().min(300).max(20_000),
  maximized: z.boolean(),
  fullscreen: z.boolean().default(false),
});

/** Where the window was: its bounds when neither maximised nor full screen, in pixels of the whole desktop. */
export type WindowPlace = z.output<typeof placeSchema>;

const memorySchema = z.object({
  zoom: z.number().transform(zoomFactor),
  places: z.array(z.object({ displays: z.string().max(MAX_KEY), place: placeSchema })).max(MAX_DISPLAY_SETS),
});

/** The zoom factor, and where the window was for each set of displays, the latest first. */
export type WindowMemory = z.output<typeof memorySchema>;

/** A file of an earlier version has one place, for whatever displays there were. */
const earlierSchema = placeSchema.transform((place): WindowMemory => ({
  zoom: 1,
  places: [{ displays: '', place }],
}));
const fileSchema = z.union([memorySchema, earlierSchema]);

/** The part of a display in use. */
export type ScreenDisplay = Pick<Display, 'bounds' | 'workArea' | 'scaleFactor'>;

/** Names a set of displays by their positions, sizes and scales. */
export function displaysKey(displays: readonly ScreenDisplay[]): string {
  return displays
    .map(({ bounds: { x, y, width, height }, scaleFactor }) =>
      [x, y, width, height, scaleFactor].map(String).join(' '),
    )
    .sort()
    .join('; ')
    .slice(0, MAX_KEY);
}

/** The remembered place for these displays, or the latest of all; undefined where the window would be out of reach. */
export function placeFor(memory: WindowMemory, displays: readonly ScreenDisplay[]): WindowPlace | undefined {
  const key = displaysKey(displays);
  const areas = displays.map(({ workArea }) => workArea);
  const same = memory.places.filter((entry) => entry.displays === key);
  return [...same, ...memory.places].map(({ place }) => place).find((place) => isReachable(place, areas));
}

/** The memory with this place for these displays, as the latest. */
export function withPlace(
  memory: WindowMemory,
  displays: readonly ScreenDisplay[],
  place: WindowPlace,
): WindowMemory {
  const key = displaysKey(displays);
  const others = memory.places.filter((entry) => entry.displays !== key);
  return { ...memory, places: [{ displays: key, place }, ...others].slice(0, MAX_DISPLAY_SETS) };
}

/** Reads the memory of earlier runs; that of a first run when the file is missing or invalid, which is not an error. */
export function readWindowMemory(file: string): WindowMemory {
  return readState(file, fileSchema, MAX_MEMORY_BYTES) ?? { zoom: 1, places: [] };
}

/** Saves the memory for the next start. Ignores write errors: only the place is lost. */
export function writeWindowMemory(file: string, memory: WindowMemory): void {
  writeState(file, memory);
}

/** Part of the window that must be on a display, so that the user can grab it, pixels. */
const GRIP = 64;

/** Whether a window at `bounds` is reachable in one of the work areas. */
export function isReachable(bounds: Rectangle, areas: readonly Rectangle[]): boolean {
  return areas.some(
    (area) =>
      bounds.x + bounds.width >= area.x + GRIP &&
      bounds.x <= area.x + area.width - GRIP &&
      bounds.y >= area.y &&
      bounds.y <= area.y + area.height - GRIP,
  );
}

/** Bounds of the same size, or that of the area if it is smaller, in the middle of the area. */
export function centred({ width, height }: Pick<Rectangle, 'width' | 'height'>, area: Rectangle): Rectangle {
  const size = { width: Math.min(width, area.width), height: Math.min(height, area.height) };
  return {
    x: area.x + Math.round((area.width - size.width) / 2),
    y: area.y + Math.round((area.height - size.height) / 2),
    ...size,
  };
}
