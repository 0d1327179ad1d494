import type { ConfiguredList } from '../discovery/dns/client.ts';
import type { EffectiveSettings } from './effective-settings.ts';

/**
 * The DNS node lists that apply. Without the setting: that of the network, but none where only some networks are allowed
 * (--netrestrict). An empty setting: none. The demo: only its own list, whatever the setting is. Without discovery: none.
 * @param networkUrl the list of the network or of the demo; undefined where it has none
 */
export function configuredLists(
  settings: Pick<EffectiveSettings, 'current' | 'sourceOf'>,
  networkUrl: string | undefined,
  isDemo: boolean,
): readonly ConfiguredList[] {
  const { discovery, discoveryDns, netRestrict } = settings.current();
  if (!discovery) return [];
  if (discoveryDns !== null && !isDemo) {
    const source = settings.sourceOf('discoveryDns') === 'file' ? 'user' : 'flag';
    return discoveryDns.filter((url) => url !== '').map((url) => ({ url, source }));
  }
  const isRestricted = netRestrict.length > 0 && !isDemo;
  return networkUrl === undefined || isRestricted ? [] : [{ url: networkUrl, source: 'network' }];
}
