/** The views of the sidebar, in their groups. */
export const VIEW_GROUPS = [
  ['overview', 'peers', 'why', 'doctor'],
  ['discovery', 'inspector', 'nodes', 'logs'],
  ['settings'],
] as const;

/** The name of a view and of its route. */
export type ViewName = (typeof VIEW_GROUPS)[number][number];

/** The second key of the shortcut `g …` that opens a view. */
export const VIEW_KEYS: Readonly<Record<ViewName, string>> = {
  overview: 'o',
  peers: 'p',
  why: 'w',
  doctor: 't',
  discovery: 'd',
  inspector: 'i',
  nodes: 'n',
  logs: 'l',
  settings: 's',
};

/** The tabs of the view Discovery: the discovery methods, and the crawl. */
export const DISCOVERY_TABS = ['v4', 'v5', 'dns', 'crawl'] as const;

/** One of DISCOVERY_TABS. */
export type DiscoveryTab = (typeof DISCOVERY_TABS)[number];
