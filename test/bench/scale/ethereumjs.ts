import { once } from 'node:events';
import { EthereumJsLink, ethereumJsFile, pumpEthereumJs } from '../ethereumjs-link.ts';
import type { ScaleContestant, TableCandidate, TableUnderTest } from './figures.ts';

interface Emitter {
  on(name: string, listener: (...values: unknown[]) => void): void;
}
interface Dpt {
  readonly events: Emitter;
  readonly _server: { readonly _socket: { address(): { readonly port: number } } };
  bind(port: number, address: string): void;
  destroy(): void;
}
interface DptFile {
  DPT: new (privateKey: Uint8Array, options: object) => Dpt;
}
interface Bucket {
  add(peer: object): void;
  closest(id: Uint8Array): readonly unknown[];
}
interface BucketFile {
  KBucket: new (id: Uint8Array) => Bucket;
}

const { DPT } = await ethereumJsFile<DptFile>('dpt/dpt.js');
const { KBucket } = await ethereumJsFile<BucketFile>('dpt/kbucket.js');

/** Messages in transit on each of many sessions. */
const WINDOW = 16;

function tableOf(own: Uint8Array, nodes: readonly TableCandidate[]): TableUnderTest {
  const bucket = new KBucket(own);
  const peers = nodes.map(({ publicKey, ip }) => ({
    id: publicKey,
    address: ip,
    udpPort: 1,
    tcpPort: 30_303,
  }));
  return {
    addAll: () => {
      for (const peer of peers) bucket.add(peer);
    },
    closest: (target) => bucket.closest(target).length,
  };
}

/** @ethereumjs/devp2p with many sessions, pings and nodes. */
export async function openEthereumJsScale(): Promise<ScaleContestant> {
  const link = await EthereumJsLink.open();
  const dpt = new DPT(link.host, {
    endpoint: { address: '127.0.0.1', udpPort: null, tcpPort: null },
    shouldFindNeighbours: false,
    shouldGetDnsPeers: false,
  });
  dpt.events.on('error', () => undefined);
  const listening = once(dpt._server._socket as unknown as NodeJS.EventEmitter, 'listening');
  dpt.bind(0, '127.0.0.1');
  await listening;
  return {
    accept: async () => (await link.session()).close,
    session: async () => {
      const session = await link.session();
      let arrived = 0;
      const count = (): void => {
        arrived += 1;
      };
      session.far.onMessage = count;
      return {
        pump: async (payload, until) => {
          const pumped = await pumpEthereumJs(session, payload, WINDOW, until);
          session.far.onMessage = count;
          return pumped;
        },
        send: (payload) => {
          session.near.send(0, payload);
        },
        arrived: () => arrived,
        close: () => {
          session.close();
        },
      };
    },
    discoveryPort: dpt._server._socket.address().port,
    table: (nodes) => tableOf(link.hostKey, nodes),
    close: async () => {
      dpt.destroy();
      await link.close();
    },
  };
}
