import { checkListedIp, parseNetList, type NetList, type RelayRefusal } from '../base/ip.ts';
import type { EffectiveSettings } from './effective-settings.ts';

/** The addresses that the node may contact, by the current settings. */
export interface AddressRules {
  /** Whether the setting `netRestrict` allows an address. */
  readonly allows: (ip: string) => boolean;
  /** Why an address from a node list or file must not be contacted (base/ip.ts); undefined when it may. */
  readonly checkListedIp: (ip: string) => RelayRefusal | undefined;
}

/** Creates the rules of the settings; a change of the settings takes effect at once. */
export function addressRules(settings: Pick<EffectiveSettings, 'current'>): AddressRules {
  const networks = allowedNetworks(settings);
  return {
    allows: (ip) => settings.current().netRestrict.length === 0 || networks().contains(ip),
    checkListedIp: (ip) => checkListedIp(ip, networks(), settings.current().addresses),
  };
}

/** The networks of the setting `netRestrict`, parsed once for each value. */
function allowedNetworks(settings: Pick<EffectiveSettings, 'current'>): () => NetList {
  let texts: readonly string[] = [];
  let networks = parseNetList('');
  return () => {
    const { netRestrict } = settings.current();
    if (netRestrict !== texts) {
      texts = netRestrict;
      networks = parseNetList(netRestrict.join(','));
    }
    return networks;
  };
}
