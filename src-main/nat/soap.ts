/**
 * Calls actions of UPnP services by SOAP over HTTP.
 * @see https://openconnectivity.org/upnp-specs/UPnP-arch-DeviceArchitecture-v2.0-20200417.pdf section 3
 */
import { describeError } from '../base/errors.ts';
import { NatError } from './errors.ts';
import type { RouterAnswer, RouterHttp, RouterQuestion } from './router-http.ts';
import type { UpnpService } from './upnp-services.ts';
import { descendants, parseXml, textIn, XmlError, type XmlElement } from './xml.ts';

/** Error codes that are handled (UPnP Device Architecture 3.2.2, WANIPConnection:2 section 2.5). */
export const UPNP_ERRORS = {
  invalidArgs: 402,
  actionFailed: 501,
  noSuchMapping: 714,
  conflict: 718,
  permanentOnly: 725,
} as const;

/** BOUNDED: length of a response, bytes. */
const MAX_ANSWER_SIZE = 64 * 1024;

/** An argument of an action; the values in use need no escaping. */
export type SoapField = readonly [name: string, value: string];

/** An action to call. */
export interface SoapAction {
  /** Name of the gateway, for messages. */
  readonly gateway: string;
  readonly name: string;
  readonly fields: readonly SoapField[];
}

/** A UPnP error response of the gateway with its error code. */
export class UpnpRefusal extends NatError {
  readonly upnpCode: number;

  constructor(upnpCode: number, message: string) {
    super(upnpCode === UPNP_ERRORS.conflict ? 'port-taken' : 'refused', message);
    this.upnpCode = upnpCode;
  }
}

/**
 * Calls an action. @returns the elements of the response
 * @throws UpnpRefusal with the gateway's error code
 * @throws NatError `bad-answer`, `no-answer` or `aborted`
 */
export async function callAction(
  http: RouterHttp,
  { type, control }: UpnpService,
  action: SoapAction,
  signal: AbortSignal,
): Promise<readonly XmlElement[]> {
  const response = await askRouter(http, action.gateway, control, {
    method: 'POST',
    headers: { 'Content-Type': 'text/xml; charset="utf-8"', SOAPAction: `"${type}#${action.name}"` },
    body: envelope(type, action),
    maxBytes: MAX_ANSWER_SIZE,
    signal,
  });
  const elements = elementsOf(response.body);
  const [answer] = descendants(elements, `${action.name}Response`.toLowerCase());
  if (response.status === 200 && answer !== undefined) return answer.children;
  throw refusalIn(action, response.status, elements);
}

/**
 * Sends an HTTP request to a router.
 * @throws NatError `no-answer` or `aborted`
 */
export async function askRouter(
  http: RouterHttp,
  gateway: string,
  url: URL,
  question: RouterQuestion,
): Promise<RouterAnswer> {
  try {
    return await http.request(url, question);
  } catch (cause) {
    const code = question.signal.aborted ? 'aborted' : 'no-answer';
    throw new NatError(code, `${gateway} does not answer: ${describeError(cause)}`, { cause });
  }
}

function elementsOf(xml: string): readonly XmlElement[] {
  try {
    return parseXml(xml);
  } catch (error) {
    if (error instanceof XmlError) return [];
    throw error;
  }
}

function refusalIn({ gateway, name }: SoapAction, status: number, elements: readonly XmlElement[]): NatError {
  const upnpCode = Number(/^\d{1,5}$/.exec(textIn(elements, 'errorcode') ?? '')?.[0] ?? 0);
  if (upnpCode === 0) {
    const what = status === 200 ? 'with an unexpected message' : `with HTTP status ${String(status)}`;
    return new NatError('bad-answer', `${gateway} answers ${name} ${what}.`);
  }
  const words = printable(textIn(elements, 'errordescription') ?? '');
  return new UpnpRefusal(
    upnpCode,
    `${gateway} refuses ${name} with error ${String(upnpCode)}${words && ` (${words})`}.`,
  );
}

function envelope(type: string, { name, fields }: SoapAction): string {
  const values = fields.map(([field, value]) => `<${field}>${value}</${field}>`).join('');
  return (
    '<?xml version="1.0"?>' +
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">' +
    `<s:Body><u:${name} xmlns:u="${type}">${values}</u:${name}></s:Body></s:Envelope>`
  );
}

/** Limits a text of the device to 80 plain characters for use in a message. */
const printable = (text: string): string => text.replaceAll(/[^\p{L}\p{N} .,:_-]/gu, '').slice(0, 80);
