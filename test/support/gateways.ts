import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DatagramSocket } from '../../src-main/base/network.ts';
import { ipToBytes } from '../../src-main/base/ip.ts';
import { systemDatagramTransport } from '../../src-main/base/udp.ts';

/** The external address that gateways and servers of the tests report. Nothing is sent to it. */
export const EXTERNAL_IP = '81.2.69.142';

/** A port mapping of a test gateway. */
export interface KeptMapping {
  readonly protocol: string;
  readonly internalPort: number;
  readonly client: string;
  readonly seconds: number;
}

/** The behaviour of a test gateway; may be changed while it runs. */
export interface GatewayManner {
  externalIp: string;
  /** `garbage` sends invalid answers, `refusal` refuses mappings. */
  mode: 'good' | 'silent' | 'garbage' | 'refusal';
  /** External ports that are mapped for another host. */
  readonly taken: Set<number>;
}

const goodManner = (): GatewayManner => ({ externalIp: EXTERNAL_IP, mode: 'good', taken: new Set() });

/** A NAT-PMP gateway on 127.0.0.1. */
export class FakePmpGateway {
  readonly manner = goodManner();
  /** By protocol and internal port, `udp 30303`. */
  readonly mappings = new Map<string, { readonly externalPort: number; readonly seconds: number }>();
  /** Opcodes of the requests, in order. */
  readonly asked: number[] = [];
  /** Lifetime granted, seconds; undefined grants the requested one. */
  grants: number | undefined;
  readonly #socket: DatagramSocket;

  private constructor(socket: DatagramSocket) {
    this.#socket = socket;
    socket.onDatagram((datagram, from) => {
      const answer = this.#answer(Buffer.from(datagram));
      if (answer !== undefined) socket.send(answer, from);
    });
  }

  static async start(ip = '127.0.0.1', port = 0): Promise<FakePmpGateway> {
    return new FakePmpGateway(await systemDatagramTransport.bind({ ip, port }));
  }

  get port(): number {
    return this.#socket.local.port;
  }

  close(): Promise<void> {
    return this.#socket.close();
  }

  #answer(request: Buffer): Uint8Array | undefined {
    const operation = request[1]!;
    this.asked.push(operation);
    const { mode, externalIp, taken } = this.manner;
    if (mode === 'silent') return undefined;
    if (mode === 'garbage') return Uint8Array.of(0, operation | 0x80, 0);
    const answer = Buffer.alloc(operation === 0 ? 12 : 16);
    answer[1] = operation | 0x80;
    if (operation === 0) {
      answer.set(ipToBytes(externalIp), 8);
      return answer;
    }
    if (mode === 'refusal') {
      answer.writeUInt16BE(2, 2);
      return answer;
    }
    const internal = request.readUInt16BE(4);
    const key = `${operation === 1 ? 'udp' : 'tcp'} ${String(internal)}`;
    const wanted = request.readUInt16BE(6);
    const seconds = request.readUInt32BE(8);
    const externalPort = taken.has(wanted) ? wanted + 1 : wanted;
    if (seconds === 0) this.mappings.delete(key);
    else this.mappings.set(key, { externalPort, seconds });
    answer.writeUInt16BE(internal, 8);
    answer.writeUInt16BE(externalPort, 10);
    answer.writeUInt32BE(seconds === 0 ? 0 : (this.grants ?? seconds), 12);
    return answer;
  }
}

/** The device of a UPnP test gateway. */
export interface UpnpDevice {
  readonly service: string;
  /** Path or URL of the service's control. */
  readonly control: string;
  /** Sent instead of the LOCATION of its own description. */
  readonly location?: string;
  /** Supports only permanent leases, as some gateways do. */
  readonly permanentOnly?: boolean;
}

const IGD1: UpnpDevice = {
  service: 'urn:schemas-upnp-org:service:WANIPConnection:1',
  control: '/control',
};

/** A UPnP gateway on 127.0.0.1: it answers searches sent to its port, serves its description and maps ports. */
export class FakeUpnpGateway {
  readonly manner = goodManner();
  /** By protocol and external port, `UDP 30303`. */
  readonly mappings = new Map<string, KeptMapping>();
  /** SOAP actions of the requests, in order. */
  readonly asked: string[] = [];
  searches = 0;
  readonly #device: UpnpDevice;
  readonly #socket: DatagramSocket;
  readonly #server: Server;

  private constructor(device: UpnpDevice, socket: DatagramSocket, server: Server) {
    this.#device = device;
    this.#socket = socket;
    this.#server = server;
    server.on('request', (request, response) => {
      void this.#serve(request, response);
    });
    socket.onDatagram((datagram, from) => {
      this.searches++;
      const search = new TextDecoder().decode(datagram);
      if (!search.startsWith('M-SEARCH') || this.manner.mode === 'silent') return;
      const location = device.location ?? this.description;
      const answer =
        this.manner.mode === 'garbage'
          ? '\u0000\u0001'
          : `HTTP/1.1 200 OK\r\nST: x\r\nLocation: ${location}\r\n\r\n`;
      socket.send(new TextEncoder().encode(answer), from);
    });
  }

  static async start(device: Partial<UpnpDevice> = {}): Promise<FakeUpnpGateway> {
    const socket = await systemDatagramTransport.bind({ ip: '127.0.0.1', port: 0 });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FakeUpnpGateway({ ...IGD1, ...device }, socket, server);
  }

  /** Where searches are answered. */
  get target(): { readonly ip: string; readonly port: number } {
    return this.#socket.local;
  }

  get description(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/root.xml`;
  }

  async close(): Promise<void> {
    await this.#socket.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    if (request.url === '/root.xml') {
      response.end(this.#describe());
      return;
    }
    const action = /#(\w+)"/.exec(String(request.headers.soapaction))?.[1] ?? '';
    this.asked.push(action);
    const [status, answer] = this.#act(action, body);
    response.writeHead(status, { 'content-type': 'text/xml' });
    response.end(answer);
  }

  #describe(): string {
    const { service, control } = this.#device;
    const other =
      '<service><serviceType>urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType><controlURL>/l3</controlURL></service>';
    return `<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0"><device><serviceList>${other}
      <service><serviceType>${service}</serviceType><controlURL>${control}</controlURL></service></serviceList></device></root>`;
  }

  #act(action: string, body: string): [status: number, answer: string] {
    const field = (name: string): string => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1] ?? '';
    const done = (values = ''): [number, string] => [
      200,
      `<s:Envelope><s:Body><u:${action}Response xmlns:u="x">${values}</u:${action}Response></s:Body></s:Envelope>`,
    ];
    const fault = (code: number, words: string): [number, string] => [
      500,
      `<s:Envelope><s:Body><s:Fault><detail><UPnPError><errorCode>${String(code)}</errorCode><errorDescription>${words}</errorDescription></UPnPError></detail></s:Fault></s:Body></s:Envelope>`,
    ];
    const { mode, externalIp, taken } = this.manner;
    if (mode === 'garbage') return [200, '<<<>>>&'];
    if (action === 'GetExternalIPAddress')
      return done(`<NewExternalIPAddress>${externalIp}</NewExternalIPAddress>`);
    if (mode === 'refusal') return fault(606, 'Action not &lt;authorized&gt;');
    const externalPort = Number(field('NewExternalPort'));
    const key = `${field('NewProtocol')} ${String(externalPort)}`;
    if (action === 'DeletePortMapping')
      return this.mappings.delete(key) ? done() : fault(714, 'NoSuchEntryInArray');
    if (taken.has(externalPort)) return fault(718, 'ConflictInMappingEntry');
    const seconds = Number(field('NewLeaseDuration'));
    if (this.#device.permanentOnly === true && seconds !== 0)
      return fault(725, 'OnlyPermanentLeasesSupported');
    this.mappings.set(key, {
      protocol: field('NewProtocol'),
      internalPort: Number(field('NewInternalPort')),
      client: field('NewInternalClient'),
      seconds,
    });
    return done();
  }
}

/** A STUN server on 127.0.0.1. */
export class FakeStunServer {
  outer = { ip: EXTERNAL_IP, port: 40_000 };
  mode: 'good' | 'silent' | 'garbage' | 'refusal' | 'foreign-first' = 'good';
  asked = 0;
  readonly #socket: DatagramSocket;

  private constructor(socket: DatagramSocket) {
    this.#socket = socket;
    socket.onDatagram((datagram, from) => {
      this.asked++;
      if (this.mode === 'foreign-first') {
        const forged = stunAnswer(datagram, { ip: '6.6.6.6', port: 6 });
        forged.fill(7, 8, 20);
        socket.send(forged, from);
      }
      const answer = this.#answer(datagram);
      if (answer !== undefined) socket.send(answer, from);
    });
  }

  static async start(ip = '127.0.0.1'): Promise<FakeStunServer> {
    return new FakeStunServer(await systemDatagramTransport.bind({ ip, port: 0 }));
  }

  get local(): { readonly ip: string; readonly port: number } {
    return this.#socket.local;
  }

  close(): Promise<void> {
    return this.#socket.close();
  }

  #answer(request: Uint8Array): Uint8Array | undefined {
    if (this.mode === 'silent') return undefined;
    if (this.mode === 'garbage') return stunAnswer(request, this.outer).subarray(0, 21);
    return stunAnswer(request, this.outer, this.mode === 'refusal' ? 401 : undefined);
  }
}

/** The answer to a binding request: an address, or an error. */
export function stunAnswer(
  request: Uint8Array,
  { ip, port }: { readonly ip: string; readonly port: number },
  error?: number,
): Uint8Array {
  const address = ipToBytes(ip);
  const value = Buffer.alloc(error === undefined ? 4 + address.length : 4);
  const mask = request.subarray(4, 20);
  if (error === undefined) {
    value[1] = address.length === 4 ? 1 : 2;
    value.writeUInt16BE(port ^ 0x2112, 2);
    value.set(
      address.map((byte, at) => byte ^ mask[at]!),
      4,
    );
  } else {
    value[2] = Math.floor(error / 100);
    value[3] = error % 100;
  }
  const answer = Buffer.alloc(24 + value.length);
  answer.writeUInt16BE(error === undefined ? 0x0101 : 0x0111, 0);
  answer.writeUInt16BE(4 + value.length, 2);
  answer.set(mask, 4);
  answer.writeUInt16BE(error === undefined ? 0x0020 : 0x0009, 20);
  answer.writeUInt16BE(value.length, 22);
  answer.set(value, 24);
  return answer;
}
