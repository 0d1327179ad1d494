import type { NodeStatus } from '../../shared/model/node.ts';
import { SOME_ENODE } from './some-enode.ts';

/** The status of a node that runs with this many sessions. */
export function statusOf(total: number): NodeStatus {
  return {
    phase: 'running',
    failure: null,
    mode: 'headless',
    version: '0.1.0',
    clientName: 'Enodeck/v0.1.0/linux-x64/node20.20.2',
    startedAt: 0,
    dataFolder: '/nowhere',
    firstStart: false,
    network: {
      name: 'mainnet',
      networkId: '1',
      chainId: '1',
      genesisHash: `0x${'33'.repeat(32)}`,
      forkId: { hash: '0x07c9462e', next: '0' },
      forkOverrides: [],
      demo: false,
    },
    identity: {
      id: 'bb'.repeat(32),
      publicKey: '',
      enode: SOME_ENODE,
      enr: 'enr:-x',
      seq: '1',
      nextId: null,
    },
    listening: [
      { protocol: 'tcp', ip: '::', port: 30303 },
      {
        ...{ protocol: 'udp', ip: '::', port: 30301 },
        receiveBuffer: { bytes: 212_992, requested: 4_194_304 },
      },
    ],
    external: [{ ip: '203.0.113.7', source: 'votes', votes: 12 }],
    capabilities: ['eth/68', 'eth/69'],
    limits: {
      maxPeers: 50,
      maxPendingInbound: 50,
      maxPendingOutbound: 50,
      dialRatio: 3,
      maxDialed: 16,
      maxInbound: 34,
    },
    peers: {
      total,
      inbound: 1,
      outbound: total - 1,
      static: 0,
      trusted: 0,
      dialing: 0,
      dialSlots: 16,
      waiting: 0,
      ...{ known: 0, stored: 0 },
    },
    health: [],
    nat: { method: 'none', state: 'off', gateway: null, mappings: [], failure: null, nextTryAt: null },
    clock: null,
  };
}
