/**
 * The services of an Internet Gateway Device that map ports, as its description names them.
 * @see https://openconnectivity.org/developer/specifications/upnp-resources/upnp/internet-gateway-device-igd-v-2-0/
 */
import { descendants, parseXml, textIn } from './xml.ts';

/** Services that map ports, the best first. */
const SERVICES = [
  'urn:schemas-upnp-org:service:WANIPConnection:2',
  'urn:schemas-upnp-org:service:WANIPConnection:1',
  'urn:schemas-upnp-org:service:WANPPPConnection:1',
] as const;

/** BOUNDED: services of a device that are tried; routers have one for each kind of connection. */
const MAX_SERVICES = 8;

/** A service that maps ports: its type, and where it is asked. */
export interface UpnpService {
  readonly type: string;
  readonly control: URL;
}

/**
 * The services that map ports, the best kind first, then in the order of the description. A control address must be on
 * the host that the description came from.
 * @throws XmlError
 */
export function servicesIn(xml: string, description: URL): UpnpService[] {
  const document = parseXml(xml);
  const base = baseOf(textIn(document, 'urlbase'), description);
  const found = descendants(document, 'service').flatMap(({ children }): UpnpService[] => {
    const type = textIn(children, 'servicetype') ?? '';
    const path = textIn(children, 'controlurl') ?? '';
    if (path === '' || !URL.canParse(path, base.href)) return [];
    const control = new URL(path, base);
    return isOnHost(control, description) ? [{ type, control }] : [];
  });
  const isSame = (a: UpnpService, b: UpnpService): boolean =>
    a.type === b.type && a.control.href === b.control.href;
  return SERVICES.flatMap((type) => found.filter((service) => service.type === type))
    .filter((service, at, all) => all.findIndex((other) => isSame(service, other)) === at)
    .slice(0, MAX_SERVICES);
}

/** What control addresses are relative to: URLBase where it names the host of the description, else the description. */
function baseOf(text: string | undefined, description: URL): URL {
  if (text === undefined || !URL.canParse(text)) return description;
  const base = new URL(text);
  return isOnHost(base, description) ? base : description;
}

function isOnHost(url: URL, description: URL): boolean {
  return url.protocol === 'http:' && url.hostname === description.hostname;
}
