import { describe, expect, test } from 'vitest';
import type { DesktopPlace } from '../../../../shared/model/desktop.ts';
import { commandsAfter, routeOf } from '../../../../src-renderer/model/desktop-commands.ts';

const id = 'ab'.repeat(32);

describe('places of the window', () => {
  test.each<[DesktopPlace, object]>([
    [{ view: 'logs' }, { name: 'logs' }],
    [
      { view: 'peers', id },
      { name: 'peers', params: { id } },
    ],
    [
      { view: 'why', id: null },
      { name: 'why', params: { id: '' } },
    ],
    [
      { view: 'doctor', tab: 'own' },
      { name: 'doctor', params: { tab: 'own' } },
    ],
    [
      { view: 'discovery', tab: 'v5' },
      { name: 'discovery', params: { tab: 'v5' } },
    ],
    [
      { view: 'nodes', list: 'trusted' },
      { name: 'nodes', params: { list: 'trusted' } },
    ],
    [
      { view: 'settings', key: 'port' },
      { name: 'settings', hash: '#port' },
    ],
    [
      { view: 'settings', key: null },
      { name: 'settings', hash: '' },
    ],
  ])('%j', (place, route) => {
    expect(routeOf(place)).toEqual(route);
  });
});

test('a command that the page has executed is not executed again', () => {
  const command = { kind: 'open-place', place: { view: 'logs' } } as const;
  const pending = [1, 2, 3].map((seq) => ({ seq, command }));
  expect(commandsAfter(pending, 2)).toEqual([{ seq: 3, command }]);
});
