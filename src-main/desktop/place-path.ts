import type { DesktopPlace } from '../../shared/model/desktop.ts';
import { isPageUrl } from './page-protocol.ts';

/** The path of a place in the fragment of the page's URL, as the page's router has it. */
export function placePath(place: DesktopPlace): string {
  const path = (first: string, second: string | null): string =>
    second === null ? `/${first}` : `/${first}/${second}`;
  switch (place.view) {
    case 'overview':
      return '/';
    case 'bans':
      return '/nodes/banned';
    case 'peers':
    case 'why':
      return path(place.view, place.id);
    case 'known':
      return path('nodes/known', place.id);
    case 'doctor':
      return path('doctor', place.tab === 'own' ? 'own' : null);
    case 'discovery':
      return path('discovery', place.tab);
    case 'nodes':
      return path('nodes', place.list);
    default:
      return `/${place.view}`;
  }
}

/** Whether the page with this URL shows a place: its view with what it shows there, or the whole view. */
export function showsPlace(url: string, place: DesktopPlace): boolean {
  if (!isPageUrl(url)) return false;
  const [, fragment = ''] = url.split(/#(.*)/s);
  // The page has no fragment before its first navigation.
  const [shown = ''] = (fragment === '' ? '/' : fragment).split(/[?#]/);
  return shown === placePath(place);
}
