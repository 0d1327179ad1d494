import type { RouteLocationRaw } from 'vue-router';
import type { DesktopPlace, PendingCommand } from '../../shared/model/desktop.ts';

/** The pending commands that come after a number. */
export function commandsAfter(pending: readonly PendingCommand[], seq: number): readonly PendingCommand[] {
  return pending.filter((waiting) => waiting.seq > seq);
}

/** The route of a place. */
export function routeOf(place: DesktopPlace): RouteLocationRaw {
  switch (place.view) {
    case 'peers':
    case 'why':
    case 'known':
      return { name: place.view, params: { id: place.id ?? '' } };
    case 'doctor':
      return { name: 'doctor', params: { tab: place.tab === 'own' ? 'own' : '' } };
    case 'discovery':
      return { name: 'discovery', params: { tab: place.tab ?? '' } };
    case 'nodes':
      return { name: 'nodes', params: { list: place.list ?? '' } };
    case 'settings':
      return { name: 'settings', hash: place.key === null ? '' : `#${place.key}` };
    default:
      return { name: place.view };
  }
}
