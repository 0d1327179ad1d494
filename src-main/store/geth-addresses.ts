import { canonicalIpText } from '../../shared/ip-text.ts';
import { SETTINGS, type NodeSettings, type SettingsChange } from '../../shared/settings-table.ts';

/** geth's two addresses as a file has them, not checked. */
export interface GethAddresses {
  readonly ListenAddr?: unknown;
  readonly DiscAddr?: unknown;
}

interface Endpoint {
  readonly addresses: string[];
  readonly port: number;
}

/** What no host in geth's form, `:30303`, stands for. */
const ANYWHERE: readonly string[] = SETTINGS.addresses.default;

/** `:30303`, `127.0.0.1:30303`, `[::1]:30303`; a text says what is wrong. */
function endpointOf(value: unknown): Endpoint | string {
  const form = 'must be IP:PORT, [IP]:PORT or :PORT';
  if (typeof value !== 'string') return form;
  const [, bracketed, plain = '', portText = ''] =
    /^(?:\[([^\]]{1,64})\]|([^:\]]{0,64})):(\d{1,5})$/.exec(value) ?? [];
  const port = Number(portText);
  if (portText === '' || port > 65_535) return form;
  const host = bracketed ?? plain;
  if (host === '') return { addresses: [...ANYWHERE], port };
  const ip = canonicalIpText(host);
  if (ip === undefined || ip.includes(':') !== (bracketed !== undefined)) return form;
  return { addresses: [ip], port };
}

/** What one of geth's addresses means among our settings, or a phrase that says what is wrong with it. */
export type GethAddressResult = { readonly change: SettingsChange } | { readonly reason: string };

/** What geth's addresses mean, by geth's key. */
export function addressesOf({ ListenAddr, DiscAddr }: GethAddresses): [string, GethAddressResult][] {
  const results: [string, GethAddressResult][] = [];
  const listen =
    ListenAddr === ''
      ? 'must be an address: a node that does not listen is not for this program'
      : ListenAddr === undefined
        ? undefined
        : endpointOf(ListenAddr);
  if (listen !== undefined)
    results.push(['ListenAddr', typeof listen === 'string' ? { reason: listen } : { change: { ...listen } }]);
  if (DiscAddr === undefined) return results;
  if (DiscAddr === '') {
    results.push(['DiscAddr', { change: { discoveryAddresses: null, discoveryPort: null } }]);
    return results;
  }
  const discovery = endpointOf(DiscAddr);
  if (typeof discovery === 'string') return [...results, ['DiscAddr', { reason: discovery }]];
  const sessions = typeof listen === 'object' ? listen.addresses : undefined;
  const same = sessions !== undefined && sessions.join() === discovery.addresses.join();
  const change = { discoveryAddresses: same ? null : discovery.addresses, discoveryPort: discovery.port };
  return [...results, ['DiscAddr', { change }]];
}

/** geth has one address for each; of two families it can say both or one. */
function gethAddress(addresses: readonly string[], port: number): string {
  const [first = ''] = addresses;
  const anywhere = [...addresses].sort().join() === [...ANYWHERE].sort().join();
  const host = anywhere ? '' : first.includes(':') ? `[${first}]` : first;
  return `${host}:${String(port)}`;
}

/** Our settings as geth's addresses. */
export function gethAddressesOf(
  settings: Pick<NodeSettings, 'addresses' | 'port' | 'discoveryAddresses' | 'discoveryPort'>,
): { readonly ListenAddr: string; readonly DiscAddr: string } {
  const { addresses, port, discoveryAddresses, discoveryPort } = settings;
  return {
    ListenAddr: gethAddress(addresses, port),
    DiscAddr:
      discoveryAddresses === null && discoveryPort === null
        ? ''
        : gethAddress(discoveryAddresses ?? addresses, discoveryPort ?? port),
  };
}
