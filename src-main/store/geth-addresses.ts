/** Converts geth's ListenAddr and DiscAddr from and to settings. */
import { canonicalIpText } from '../../shared/ip-text.ts';
import { SETTINGS, type NodeSettings, type SettingsChange } from '../../shared/settings-table.ts';

/** geth's two addresses in a file, not validated. */
export interface GethAddresses {
  readonly ListenAddr?: unknown;
  readonly DiscAddr?: unknown;
}

interface HostPort {
  readonly addresses: string[];
  readonly port: number;
}

/** Addresses for geth's form without a host, `:30303`. */
const ANY_ADDRESSES: readonly string[] = SETTINGS.addresses.default;

/** Parses `:30303`, `127.0.0.1:30303` or `[::1]:30303`. @returns a phrase with the reason when it is invalid */
function endpointOf(value: unknown): HostPort | string {
  const form = 'must be IP:PORT, [IP]:PORT or :PORT';
  if (typeof value !== 'string') return form;
  const [, bracketed, plain = '', portText = ''] =
    /^(?:\[([^\]]{1,64})\]|([^:\]]{0,64})):(\d{1,5})$/.exec(value) ?? [];
  const port = Number(portText);
  if (portText === '' || port > 65_535) return form;
  const host = bracketed ?? plain;
  if (host === '') return { addresses: [...ANY_ADDRESSES], port };
  const ip = canonicalIpText(host);
  if (ip === undefined || ip.includes(':') !== (bracketed !== undefined)) return form;
  return { addresses: [ip], port };
}

/** The settings of one of geth's addresses, or a phrase with the reason why it is invalid. */
export type GethAddressResult = { readonly change: SettingsChange } | { readonly reason: string };

/** The settings of geth's addresses, by geth's key. */
export function addressesOf({ ListenAddr, DiscAddr }: GethAddresses): [string, GethAddressResult][] {
  const results: [string, GethAddressResult][] = [];
  const listen =
    ListenAddr === ''
      ? 'must be an address: a node that does not listen is not supported'
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

/** The address in geth's form, which can express one address, or both families without a host. */
function gethAddress(addresses: readonly string[], port: number): string {
  const [first = ''] = addresses;
  const isAny = [...addresses].sort().join() === [...ANY_ADDRESSES].sort().join();
  const host = isAny ? '' : first.includes(':') ? `[${first}]` : first;
  return `${host}:${String(port)}`;
}

/** The settings as geth's addresses. */
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
