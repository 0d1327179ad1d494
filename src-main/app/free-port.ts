import type { PortSettingKey } from '../../shared/model/health-action.ts';
import type { NodeSettings } from '../../shared/settings-table.ts';
import { NetworkError } from '../base/errors.ts';
import type { DatagramTransport, SocketAddress, StreamListener } from '../base/network.ts';
import { systemStreamListener } from '../base/tcp.ts';
import { systemDatagramTransport } from '../base/udp.ts';

/** A setting of a port, and a port that was free for TCP and UDP when it was tested. */
export interface FreePort {
  readonly key: PortSettingKey;
  readonly port: number;
}

/** The settings that say where the node listens. */
type PortSettings = Pick<NodeSettings, 'addresses' | 'discoveryAddresses' | 'port' | 'discoveryPort'>;

/** The transports to test ports with. */
export interface PortTransports {
  readonly datagrams: DatagramTransport;
  readonly streams: StreamListener;
}

/** Ports above the configured one that are tested before the system chooses (our choice). */
const NEXT_PORTS = 20;
/** Ports chosen by the system that are tested (our choice). */
const DRAWS = 10;
/** Lower ports need privileges. */
const FIRST_FREE = 1_024;
const LAST_PORT = 65_535;

const SYSTEM: PortTransports = { datagrams: systemDatagramTransport, streams: systemStreamListener };

/**
 * Searches for a port that is free for TCP and UDP at every listen address of the settings: one above the configured
 * port, else one that the system chooses. The test sockets are closed again.
 * @param key the setting whose port is in use
 * @returns undefined when none was found
 */
export async function findFreePort(
  key: PortSettingKey,
  settings: PortSettings,
  transports: PortTransports = SYSTEM,
): Promise<number | undefined> {
  const ips = listenAddressesOf(settings);
  const other = key === 'port' ? settings.discoveryPort : settings.port;
  const wanted = settings[key] ?? settings.port;
  const first = Math.max(wanted + 1, FIRST_FREE);
  for (let port = first; port < first + NEXT_PORTS && port <= LAST_PORT; port++) {
    if (port !== other && (await isFree(port, ips, transports))) return port;
  }
  for (let draw = 0; draw < DRAWS; draw++) {
    const port = await drawPort(ips, transports);
    if (port !== undefined && port !== other && (await isFree(port, ips, transports))) return port;
  }
  return undefined;
}

/** Whether the port of the settings is free for TCP and UDP at every listen address. The test sockets are closed again. */
export async function isPortFree(
  settings: PortSettings,
  transports: PortTransports = SYSTEM,
): Promise<boolean> {
  return await isFree(settings.port, listenAddressesOf(settings), transports);
}

/** The IP addresses at which RLPx and discovery listen, each once. */
function listenAddressesOf({ addresses, discoveryAddresses }: PortSettings): readonly string[] {
  return [...new Set([...addresses, ...(discoveryAddresses ?? [])])];
}

async function drawPort(ips: readonly string[], { streams }: PortTransports): Promise<number | undefined> {
  for (const ip of ips) {
    try {
      const server = await streams.listen({ ip, port: 0 }, (stream) => {
        stream.destroy();
      });
      await server.close();
      return server.local.port;
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
    }
  }
  return undefined;
}

/** Whether a port is free at every address. Addresses that the machine lacks are ignored, unless it lacks all. */
async function isFree(port: number, ips: readonly string[], transports: PortTransports): Promise<boolean> {
  const open: { close(): Promise<void> }[] = [];
  try {
    for (const ip of ips) {
      for (const bind of [bindStream, bindDatagram]) {
        const socket = await bind({ ip, port }, transports);
        if (socket !== undefined) open.push(socket);
      }
    }
    return open.length > 0;
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return false;
  } finally {
    await Promise.all(open.map((socket) => socket.close()));
  }
}

const bindStream = (at: SocketAddress, { streams }: PortTransports) =>
  unlessMissing(
    streams.listen(at, (stream) => {
      stream.destroy();
    }),
  );
const bindDatagram = (at: SocketAddress, { datagrams }: PortTransports) => unlessMissing(datagrams.bind(at));

async function unlessMissing<Socket>(bound: Promise<Socket>): Promise<Socket | undefined> {
  try {
    return await bound;
  } catch (error) {
    if (error instanceof NetworkError && error.code === 'address-not-available') return undefined;
    throw error;
  }
}
