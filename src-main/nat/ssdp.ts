/**
 * Searches for UPnP gateways in the local network: multicast requests, unicast answers.
 * @see https://openconnectivity.org/upnp-specs/UPnP-arch-DeviceArchitecture-v2.0-20200417.pdf section 1.3
 */
import { describeError } from '../base/errors.ts';
import { isLan } from '../base/ip.ts';
import { Scope } from '../base/lifecycle.ts';
import type { DatagramSocket, DatagramTransport, SocketAddress } from '../base/network.ts';
import type { Clock } from '../base/runtime.ts';
import { NatError } from './errors.ts';
import { HttpAnswerError, httpLines, parseHttpHead } from './http-answer.ts';

/** Multicast address of SSDP (UPnP Device Architecture 1.3.2). */
export const SSDP_ADDRESS: SocketAddress = { ip: '239.255.255.250', port: 1900 };

/** Search targets; a gateway of either version answers at least one of them. */
const SEARCH_TARGETS = [
  'urn:schemas-upnp-org:device:InternetGatewayDevice:1',
  'urn:schemas-upnp-org:device:InternetGatewayDevice:2',
] as const;

/** MX: longest delay of an answer, seconds (UPnP Device Architecture 1.3.2: 1 to 5). */
const ANSWER_WITHIN_SECONDS = 2;

/** Number of transmissions of each search, because datagrams may be lost, and their interval in milliseconds. */
const SENDS = 3;
const SEND_INTERVAL_MS = 700;

/** BOUNDED: length of an answer in bytes, and number of answers that are processed. */
const MAX_ANSWER_SIZE = 4_096;
const MAX_ANSWERS = 16;

/** A device that answered: the URL of its description, and the local address that received the answer. */
export interface FoundDevice {
  readonly description: URL;
  readonly localIp: string;
}

/** Options of a search. */
export interface SsdpOptions {
  readonly transport: DatagramTransport;
  readonly clock: Clock;
  /** Local IPv4 addresses; the search is sent from each. */
  readonly localIps: readonly string[];
  /** Whether the node may send to an address. */
  readonly allows: (ip: string) => boolean;
  /** Destination of the search, usually SSDP_ADDRESS. */
  readonly target: SocketAddress;
}

/**
 * Searches and calls `onFound` once per device. Resolves after the time for answers, or when `signal` aborts.
 * @throws NatError `no-gateway` when no socket could be opened
 */
export async function searchGateways(
  options: SsdpOptions,
  onFound: (device: FoundDevice) => void,
  signal: AbortSignal,
): Promise<void> {
  const { clock, target, allows } = options;
  const sockets = await openSockets(options);
  const scope = new Scope(clock);
  const close = (): void => {
    scope.close();
  };
  if (signal.aborted) close();
  signal.addEventListener('abort', close);
  const seen = new Set<string>();
  try {
    for (const { socket, localIp } of sockets) {
      socket.onDatagram((datagram, from) => {
        // A gateway is in the local network; other senders are ignored.
        if (scope.closed || seen.size >= MAX_ANSWERS || !isLan(from.ip) || !allows(from.ip)) return;
        const description = descriptionIn(datagram, from.ip);
        if (description === undefined || seen.has(description.href)) return;
        seen.add(description.href);
        onFound({ description, localIp });
      });
    }
    for (let sent = 0; sent < SENDS && !scope.closed; sent++) {
      for (const { socket } of sockets)
        for (const what of SEARCH_TARGETS) socket.send(searchFor(what, target), target);
      await scope.delay(SEND_INTERVAL_MS);
    }
    await scope.delay(ANSWER_WITHIN_SECONDS * 1_000);
  } finally {
    signal.removeEventListener('abort', close);
    scope.close();
    await Promise.all(sockets.map(({ socket }) => socket.close()));
  }
}

interface SearchSocket {
  readonly socket: DatagramSocket;
  readonly localIp: string;
}

async function openSockets({ transport, localIps }: SsdpOptions): Promise<SearchSocket[]> {
  const sockets: SearchSocket[] = [];
  let failure: unknown;
  for (const localIp of localIps) {
    try {
      sockets.push({ socket: await transport.bind({ ip: localIp, port: 0 }), localIp });
    } catch (error) {
      failure = error;
    }
  }
  if (sockets.length > 0) return sockets;
  const why = failure === undefined ? 'this machine has no IPv4 address' : describeError(failure);
  throw new NatError('no-gateway', `The search for a UPnP gateway failed: ${why}.`);
}

function searchFor(what: string, { ip, port }: SocketAddress): Uint8Array {
  const lines = [
    'M-SEARCH * HTTP/1.1',
    `HOST: ${ip}:${String(port)}`,
    'MAN: "ssdp:discover"',
    `MX: ${String(ANSWER_WITHIN_SECONDS)}`,
    `ST: ${what}`,
    '',
    '',
  ];
  return new TextEncoder().encode(lines.join('\r\n'));
}

/**
 * Returns the description URL of an answer; undefined when it is missing, or names another host than the sender,
 * which could make us send requests to any host.
 */
export function descriptionIn(answer: Uint8Array, sender: string): URL | undefined {
  if (answer.length > MAX_ANSWER_SIZE) return undefined;
  const location = locationIn(new TextDecoder().decode(answer));
  if (location === undefined || !URL.canParse(location)) return undefined;
  const url = new URL(location);
  return url.protocol === 'http:' && url.hostname === sender && url.username === '' ? url : undefined;
}

/** LOCATION header of an answer with status 200. */
function locationIn(text: string): string | undefined {
  try {
    const { status, headers } = parseHttpHead(httpLines(text));
    return status === 200 ? headers.get('location') : undefined;
  } catch (error) {
    if (error instanceof HttpAnswerError) return undefined;
    throw error;
  }
}
