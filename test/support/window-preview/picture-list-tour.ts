import type { Page } from 'playwright-core';
import { TESTED } from './fixture-doctor.ts';
import { chooseMessage } from './picture-list-inspection.ts';
import type { Picture } from './take-pictures.ts';

/** The same in all runs, so that a picture changes only when the window does. */
const AT = new Date('2026-09-01T14:20:00Z');
const KEYS = ['8c31', '5e07', 'b9d4', '01fa', '6d2e'].map((start) => start.padEnd(128, '4be29a7c'));
const PASTED = [
  `enode://${KEYS[0] ?? ''}@198.51.100.14:30303 # archive-north`,
  `enode://${KEYS[1] ?? ''}@203.0.113.80:30303 # listed`,
  `enode://${KEYS[2] ?? ''}@[2001:db8::21]:30303?discport=30304 # archive-south`,
  `enode://${KEYS[0] ?? ''}@198.51.100.14:30303`,
  `enode://${KEYS[3] ?? ''}@0.0.0.0:30303 # from a container`,
  `enode://${(KEYS[4] ?? '').slice(0, 40)}G${(KEYS[4] ?? '').slice(41)}@192.0.2.50:30303`,
  `enode://${KEYS[4] ?? ''}@192.0.2.51:30303 # newer`,
].join('\n');

async function previewNodes(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Import' }).click();
  await page.getByLabel('Nodes to add').fill(PASTED);
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByRole('grid', { name: 'Nodes of the text' }).waitFor();
}
type Place = Pick<Picture, 'name' | 'path' | 'theme' | 'height' | 'prepare'>;
const PLACES: readonly Place[] = [
  { name: 'overview', path: '/', theme: 'dark', height: 1_100 },
  {
    ...{ name: 'peers', path: '/peers', theme: 'dark', height: 800 },
    prepare: (page) => page.getByText('archive-2').first().click(),
  },
  {
    ...{ name: 'why', path: '/why', theme: 'light' },
    prepare: (page) => page.getByRole('row').nth(1).click(),
  },
  { name: 'doctor', path: `/doctor?node=${encodeURIComponent(TESTED.fail)}`, theme: 'dark' },
  { name: 'discovery', path: '/discovery', theme: 'dark' },
  { name: 'crawl', path: '/discovery/crawl', theme: 'light', height: 740 },
  { name: 'inspector', path: '/inspector', theme: 'dark', prepare: chooseMessage },
  { name: 'nodes', path: '/nodes', theme: 'light', height: 560 },
  { name: 'paste', path: '/nodes', theme: 'dark', height: 560, prepare: previewNodes },
  { name: 'identity', path: '/identity', theme: 'light', height: 740 },
];

/** The pictures of docs/TOUR.md and README.md. */
export const TOUR_PICTURES: readonly Picture[] = PLACES.map((place) => ({
  ...place,
  name: `tour-${place.name}`,
  scenario: 'tour',
  at: AT,
}));
