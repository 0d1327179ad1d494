/**
 * Finds the services that map ports in the description of an Internet Gateway Device.
 * @see https://openconnectivity.org/developer/specifications/upnp-resources/upnp/internet-gateway-device-igd-v-2-0/
 */
import { descendants, parseXml, textIn } from './xml.ts';

/** Service types that map ports, in order of preference. */
const SERVICES = [
  'urn:schemas-upnp-org:service:WANIPConnection:2',
  'urn:schemas-upnp-org:service:WANIPConnection:1',
  'urn:schemas-upnp-org:service:WANPPPConnection:1',
] as const;

/** BOUNDED: services of a device; routers have one per kind of connection. */
const MAX_SERVICES = 8;

/** A service that maps ports: its type and its control URL. */
export interface UpnpService {
  readonly type: string;
  readonly control: URL;
}

/**
 * Returns the services that map ports, by preference of their type, then in the order of the description. The control
 * URL must be on the host of the description.
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

/** Base of relative control URLs: URLBase if it is on the host of the description, else the URL of the description. */
function baseOf(text: string | undefined, description: URL): URL {
  if (text === undefined || !URL.canParse(text)) return description;
  const base = new URL(text);
  return isOnHost(base, description) ? base : description;
}

function isOnHost(url: URL, description: URL): boolean {
  return url.protocol === 'http:' && url.hostname === description.hostname;
}
