/**
 * Port mapping by UPnP: the WAN connection services of Internet Gateway Devices of both versions.
 * @see https://openconnectivity.org/developer/specifications/upnp-resources/upnp/internet-gateway-device-igd-v-2-0/
 */
import { describeError } from '../leaf/errors.ts';
import type { HttpClient, HttpResponse } from '../leaf/http-client.ts';
import { canonicalIp } from '../leaf/ip.ts';
import type { Random } from '../leaf/runtime.ts';
import { NatError } from './errors.ts';
import type { Gateway, GrantedMapping, LocalPort, MapRequest } from './gateway.ts';
import type { FoundDevice } from './ssdp.ts';

/** Services that map ports, the best first. */
const SERVICES = [
  'urn:schemas-upnp-org:service:WANIPConnection:2',
  'urn:schemas-upnp-org:service:WANIPConnection:1',
  'urn:schemas-upnp-org:service:WANPPPConnection:1',
] as const;

/** Error codes that we have an answer to (WANIPConnection:2 section 2.5). */
const ERRORS = { conflict: 718, permanentOnly: 725, noSuchMapping: 714 } as const;

/** Outer ports that are tried when ours is taken, drawn from this one on (geth p2p/nat/natupnp.go: random, 10000 on). */
const FREE_PORT_DRAWS = 3;
const LOWEST_DRAWN_PORT = 10_000;

/** Longest description and longest answer that are read, bytes. BOUNDED. */
const MAX_DESCRIPTION_SIZE = 256 * 1024;
const MAX_ANSWER_SIZE = 64 * 1024;

/** What the mapping is called in the gateway's own list. */
const MAPPING_NAME = 'Enodeck';

/** What a UPnP gateway is asked with. */
export interface UpnpOptions {
  readonly http: HttpClient;
  readonly random: Random;
}

/** A refusal by the gateway, with the protocol's own code. */
class UpnpRefusal extends NatError {
  readonly upnpCode: number;

  constructor(upnpCode: number, message: string) {
    super(upnpCode === ERRORS.conflict ? 'port-taken' : 'refused', message);
    this.upnpCode = upnpCode;
  }
}

/**
 * Reads a device's description; undefined when it maps no ports.
 * @throws NatError `bad-answer` when it cannot be read
 */
export async function openUpnpGateway(
  options: UpnpOptions,
  { description, localIp }: FoundDevice,
  signal: AbortSignal,
): Promise<Gateway | undefined> {
  const name = `UPnP at ${description.hostname}`;
  const request = { method: 'GET', maxBytes: MAX_DESCRIPTION_SIZE, signal } as const;
  const { status, body } = await ask(options.http, name, description, request);
  if (status !== 200)
    throw new NatError('bad-answer', `${name} gives no description: HTTP status ${String(status)}.`);
  const service = serviceIn(body, description);
  return service === undefined ? undefined : new UpnpGateway(options, name, service, localIp);
}

/** A service that maps ports: its type, and where it is asked. */
export interface UpnpService {
  readonly type: string;
  readonly control: URL;
}

/** The best such service in a description; its control address must be on the host that the description came from. */
export function serviceIn(xml: string, description: URL): UpnpService | undefined {
  const base = tag(xml, 'URLBase') ?? description.href;
  const found = elements(xml, 'service').map((service) => ({
    type: tag(service, 'serviceType') ?? '',
    control: tag(service, 'controlURL') ?? '',
  }));
  for (const type of SERVICES) {
    for (const service of found.filter((candidate) => candidate.type === type)) {
      if (!URL.canParse(service.control, base)) continue;
      const control = new URL(service.control, base);
      if (control.protocol === 'http:' && control.hostname === description.hostname) return { type, control };
    }
  }
  return undefined;
}

class UpnpGateway implements Gateway {
  readonly name: string;
  readonly #options: UpnpOptions;
  readonly #service: UpnpService;
  readonly #localIp: string;

  constructor(options: UpnpOptions, name: string, service: UpnpService, localIp: string) {
    this.#options = options;
    this.name = name;
    this.#service = service;
    this.#localIp = localIp;
  }

  async externalIp(signal: AbortSignal): Promise<string> {
    const answer = await this.#call('GetExternalIPAddress', [], signal);
    const ip = canonicalIp(tag(answer, 'NewExternalIPAddress') ?? '');
    if (ip === undefined) throw new NatError('bad-answer', `${this.name} gave an address that is none.`);
    return ip;
  }

  async map(request: MapRequest, signal: AbortSignal): Promise<GrantedMapping> {
    for (let draws = 0; ; draws++) {
      const externalPort = draws === 0 ? request.externalPort : this.#drawPort();
      try {
        return await this.#mapAt({ ...request, externalPort }, signal);
      } catch (error) {
        const isTaken = error instanceof NatError && error.code === 'port-taken';
        if (!isTaken || draws >= FREE_PORT_DRAWS) throw error;
      }
    }
  }

  async unmap(mapping: LocalPort & { readonly externalPort: number }, signal: AbortSignal): Promise<void> {
    const fields: Field[] = [
      ['NewRemoteHost', ''],
      ['NewExternalPort', String(mapping.externalPort)],
      ['NewProtocol', mapping.protocol.toUpperCase()],
    ];
    try {
      await this.#call('DeletePortMapping', fields, signal);
    } catch (error) {
      if (!(error instanceof UpnpRefusal) || error.upnpCode !== ERRORS.noSuchMapping) throw error;
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #mapAt(request: MapRequest, signal: AbortSignal): Promise<GrantedMapping> {
    const { externalPort, lifetimeMs } = request;
    try {
      await this.#call('AddPortMapping', this.#mappingFields(request, lifetimeMs), signal);
      return { externalPort, lifetimeMs };
    } catch (error) {
      if (!(error instanceof UpnpRefusal) || error.upnpCode !== ERRORS.permanentOnly) throw error;
      // Some gateways know no lease: such a mapping stays until it is taken back.
      await this.#call('AddPortMapping', this.#mappingFields(request, 0), signal);
      return { externalPort, lifetimeMs: Infinity };
    }
  }

  #mappingFields({ protocol, internalPort, externalPort }: MapRequest, lifetimeMs: number): Field[] {
    return [
      ['NewRemoteHost', ''],
      ['NewExternalPort', String(externalPort)],
      ['NewProtocol', protocol.toUpperCase()],
      ['NewInternalPort', String(internalPort)],
      ['NewInternalClient', this.#localIp],
      ['NewEnabled', '1'],
      ['NewPortMappingDescription', MAPPING_NAME],
      ['NewLeaseDuration', String(Math.ceil(lifetimeMs / 1_000))],
    ];
  }

  #drawPort(): number {
    return LOWEST_DRAWN_PORT + this.#options.random.below(0x10000 - LOWEST_DRAWN_PORT);
  }

  /** Calls an action; the answer's XML. */
  async #call(action: string, fields: readonly Field[], signal: AbortSignal): Promise<string> {
    const { type, control } = this.#service;
    const response = await ask(this.#options.http, this.name, control, {
      method: 'POST',
      headers: { 'content-type': 'text/xml; charset="utf-8"', soapaction: `"${type}#${action}"` },
      body: envelope(type, action, fields),
      maxBytes: MAX_ANSWER_SIZE,
      signal,
    });
    if (response.status === 200 && elements(response.body, `${action}Response`).length > 0)
      return response.body;
    throw this.#refusal(action, response);
  }

  #refusal(action: string, { status, body }: HttpResponse): NatError {
    const code = Number(tag(body, 'errorCode'));
    if (!Number.isInteger(code) || code <= 0) {
      const what = status === 200 ? 'with something else' : `with HTTP status ${String(status)}`;
      return new NatError('bad-answer', `${this.name} answers ${action} ${what}.`);
    }
    const words = printable(tag(body, 'errorDescription') ?? '');
    return new UpnpRefusal(
      code,
      `${this.name} refuses ${action} with error ${String(code)}${words && ` (${words})`}.`,
    );
  }
}

type Field = readonly [name: string, value: string];

/** Values are numbers, addresses and words of ours: nothing in them needs escaping. */
function envelope(type: string, action: string, fields: readonly Field[]): string {
  const values = fields.map(([name, value]) => `<${name}>${value}</${name}>`).join('');
  return (
    '<?xml version="1.0"?>' +
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">' +
    `<s:Body><u:${action} xmlns:u="${type}">${values}</u:${action}></s:Body></s:Envelope>`
  );
}

/*
 * Descriptions and answers are small XML of a fixed shape. What is needed of them are the texts of a few elements, which
 * are looked for by name, whatever their namespace prefix: no parser, and with it no entities, to be attacked.
 */

/** The contents of all elements of a name that is never nested in itself, in their order. */
function elements(xml: string, name: string): string[] {
  const contents: string[] = [];
  const opening = new RegExp(`<(?:[\\w.-]+:)?${name}(?:\\s[^<>]*)?>`, 'g');
  const closing = new RegExp(`</(?:[\\w.-]+:)?${name}\\s*>`, 'g');
  for (let open = opening.exec(xml); open !== null; open = opening.exec(xml)) {
    if (open[0].endsWith('/>')) {
      contents.push('');
      continue;
    }
    closing.lastIndex = opening.lastIndex;
    const close = closing.exec(xml);
    if (close === null) break;
    contents.push(xml.slice(opening.lastIndex, close.index));
    opening.lastIndex = closing.lastIndex;
  }
  return contents;
}

/** The text of the first element of a name. */
function tag(xml: string, name: string): string | undefined {
  return elements(xml, name)[0]?.trim().replaceAll('&amp;', '&');
}

/** Words of a device for our own sentences: short, and nothing but text. */
const printable = (words: string): string => words.replaceAll(/[^\p{L}\p{N} .,:_-]/gu, '').slice(0, 80);

async function ask(
  http: HttpClient,
  name: string,
  url: URL,
  request: Parameters<HttpClient['request']>[1],
): Promise<HttpResponse> {
  try {
    return await http.request(url, request);
  } catch (cause) {
    const code = request.signal.aborted ? 'aborted' : 'no-answer';
    throw new NatError(code, `${name} does not answer: ${describeError(cause)}`, { cause });
  }
}
