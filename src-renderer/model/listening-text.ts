import { formatBytes } from '../../shared/format.ts';
import type { ListeningAddress, ReceiveBuffer } from '../../shared/model/node.ts';
import type { Translate } from '../composables/use-messages.ts';
import { formatEndpoint } from './format.ts';

/** "tcp, udp · 0.0.0.0:30303, [::]:30303": endpoints of the same protocols in one line. */
export function listeningLines(sockets: readonly ListeningAddress[]): readonly string[] {
  const protocols = new Map<string, string[]>();
  for (const { ip, port, protocol } of sockets) {
    const endpoint = formatEndpoint(ip, port);
    protocols.set(endpoint, [...(protocols.get(endpoint) ?? []), protocol].sort());
  }
  const endpoints = new Map<string, string[]>();
  for (const [endpoint, names] of protocols) {
    const key = names.join(', ');
    endpoints.set(key, [...(endpoints.get(key) ?? []), endpoint]);
  }
  return [...endpoints].map(([names, list]) => `${names} · ${list.join(', ')}`);
}

/**
 * The smallest receive buffer of the UDP sockets: "4.2 MB", or "213 kB of 4.2 MB requested". Null without a UDP socket, and
 * where the system does not report it.
 */
export function receiveBufferText(
  sockets: readonly ListeningAddress[],
  t: Translate,
): { readonly text: string; readonly hint: string } | null {
  const buffers = sockets.flatMap(({ receiveBuffer }) => receiveBuffer ?? []);
  if (buffers.length === 0) return null;
  const { bytes, requested }: ReceiveBuffer = buffers.reduce((a, b) => (b.bytes < a.bytes ? b : a));
  const given = formatBytes(bytes);
  if (bytes >= requested) return { text: given, hint: t('overview.bufferHint') };
  return {
    text: t('overview.bufferLess', { given, requested: formatBytes(requested) }),
    hint: t('overview.bufferLessHint', { bytes: requested }),
  };
}
