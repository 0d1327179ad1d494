import { describe, expect, test } from 'vitest';
import type { DesktopPlace } from '../../../shared/model/desktop.ts';
import { placePath, showsPlace } from '../../../src-main/desktop/place-path.ts';
import { routeOf } from '../../../src-renderer/model/desktop-commands.ts';

const ID = 'ab'.repeat(32);
const PLACES: readonly [DesktopPlace, string][] = [
  [{ view: 'overview' }, '/'],
  [{ view: 'bans' }, '/nodes/banned'],
  [{ view: 'logs' }, '/logs'],
  [{ view: 'why', id: null }, '/why'],
  [{ view: 'why', id: ID }, `/why/${ID}`],
  [{ view: 'peers', id: ID }, `/peers/${ID}`],
  [{ view: 'known', id: ID }, `/nodes/known/${ID}`],
  [{ view: 'doctor', tab: 'own' }, '/doctor/own'],
  [{ view: 'doctor', tab: 'node' }, '/doctor'],
  [{ view: 'discovery', tab: 'v5' }, '/discovery/v5'],
  [{ view: 'nodes', list: 'static' }, '/nodes/static'],
  [{ view: 'settings', key: 'forkOverrides' }, '/settings'],
];

describe('a place', () => {
  test.each(PLACES)('%j is the path %s', (place, path) => {
    expect(placePath(place)).toBe(path);
    expect(showsPlace(`app://enodeck/index.html#${path}`, place)).toBe(true);
    expect(showsPlace(`app://enodeck/index.html#${path}#key`, place)).toBe(true);
    expect(showsPlace(`app://enodeck/index.html#${path}/other`, place)).toBe(false);
    expect(showsPlace(`https://example.org/#${path}`, place)).toBe(false);
  });

  test('is the overview before the page has navigated', () => {
    expect(showsPlace('app://enodeck/index.html', { view: 'overview' })).toBe(true);
    expect(showsPlace('app://enodeck/page-failed', { view: 'logs' })).toBe(false);
  });

  test('has the path that the page’s router gives it', () => {
    for (const [place, path] of PLACES) {
      const { name, params } = routeOf(place) as { name: string; params?: Record<string, string> };
      const [first = ''] = Object.values(params ?? {});
      if (first !== '') expect(path.endsWith(`/${first}`), path).toBe(true);
      if (first === '' && !['overview', 'bans'].includes(name)) expect(path).toBe(`/${name}`);
    }
  });
});
