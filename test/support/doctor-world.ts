import type { DoctorReport } from '../../shared/model/doctor.ts';
import { DoctorController } from '../../src-main/app/doctor-control.ts';
import { ipToBytes } from '../../src-main/base/ip.ts';
import type { ByteStream } from '../../src-main/base/network.ts';
import { systemClock } from '../../src-main/base/system-runtime.ts';
import { NETWORKS, type Network } from '../../src-main/chain/networks.ts';
import { createGenesisChain } from '../../src-main/eth/genesis-chain.ts';
import { createEthProtocols } from '../../src-main/eth/session.ts';
import { ethEntry, signEnr, type Enr } from '../../src-main/node-record/enr.ts';
import { enodeUrlOf, nodeFromParts } from '../../src-main/node-record/node-factory.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import type { Protocol } from '../../src-main/p2p/protocol.ts';
import type { RlpxConnection } from '../../src-main/rlpx/connection.ts';
import { doctorEnvironment, type DoctorTestOptions } from './doctor-environment.ts';
import type { DiscoveryNode, DiscoveryNodeOptions } from './discovery-node.ts';
import type { P2pNode, P2pNodeOptions } from './p2p-node.ts';
import { listenWith, Puppet } from './puppet.ts';
import type { StartedDiscovery } from './started-discovery.ts';
import type { Started } from './started-nodes.ts';

const { sepolia } = NETWORKS;

/** eth of a network, as a node at its genesis block speaks it. */
export const ethOf = (network: Network = sepolia): readonly Protocol[] =>
  createEthProtocols(createGenesisChain(network, systemClock));

/** What differs from a node of Sepolia that answers everything. */
export interface TestedOptions {
  readonly network?: Network;
  readonly server?: P2pNodeOptions;
  readonly discovery?: Partial<DiscoveryNodeOptions>;
  /** Without discovery, as behind a firewall that drops UDP. */
  readonly withoutUdp?: boolean;
}

/** A node that is tested: TCP and UDP with one key. */
export interface Tested {
  readonly server: P2pNode;
  readonly discovery: DiscoveryNode | undefined;
  /** Its endpoint: TCP and UDP ports differ. */
  readonly node: Node;
  readonly enode: string;
}

/** The Doctor on loopback: our discovery, the nodes that it tests, and what is wrong with them. */
export class DoctorWorld {
  readonly #nodes: Started;
  readonly #discoveries: StartedDiscovery;

  constructor(nodes: Started, discoveries: StartedDiscovery) {
    this.#nodes = nodes;
    this.#discoveries = discoveries;
  }

  /** Our discovery, v4 and v5. */
  ours(options: Partial<DiscoveryNodeOptions> = {}): Promise<DiscoveryNode> {
    return this.#discoveries.node('127.0.0.1', { protocols: ['v4', 'v5'], ...options });
  }

  async tested(options: TestedOptions = {}): Promise<Tested> {
    const network = options.network ?? sepolia;
    const server = await this.#nodes.node({ protocols: ethOf(network), ...options.server });
    const discovery =
      options.withoutUdp === true
        ? undefined
        : await this.#discoveries.node('127.0.0.1', {
            privateKey: server.privateKey,
            protocols: ['v4', 'v5'],
            ...options.discovery,
          });
    const tcp = server.server.listening[0]?.port ?? 0;
    const udp = discovery?.discovery.socket.local('ipv4')?.port ?? tcp;
    if (discovery !== undefined) discovery.record = recordOf(server.privateKey, { tcp, udp, network });
    const node = nodeFromParts({ publicKey: server.publicKey, ip: '127.0.0.1', tcp, udp });
    return { server, discovery, node, enode: enodeUrlOf(node) };
  }

  /** A peer on a real socket that does what the test says; it has no discovery. */
  async puppet(onStream: (stream: ByteStream, puppet: Puppet) => void): Promise<string> {
    const puppet = new Puppet(ethOf());
    const listener = await listenWith((stream) => {
      onStream(stream, puppet);
    });
    this.#nodes.atEnd(() => listener.close());
    return enodeUrlOf(puppet.nodeAt(listener.at));
  }

  /** Runs a test to its end. */
  async test(input: string, options: DoctorTestOptions = {}): Promise<DoctorReport> {
    const doctor = new DoctorController(doctorEnvironment(options));
    return await doctor.run({ input, special: true });
  }
}

/** A record at 127.0.0.1. */
export function recordOf(
  privateKey: Uint8Array,
  { tcp, udp, network = sepolia }: { readonly tcp: number; readonly udp: number; readonly network?: Network },
  seq = 9n,
): Enr {
  const eth = ethEntry(createGenesisChain(network, systemClock).forkId());
  return signEnr({ ip: ipToBytes('127.0.0.1'), tcp, udp, eth }, seq, privateKey);
}

/** Accepts the encryption handshake of a puppet, then does what the test says. */
export const afterRlpx =
  (next: (connection: RlpxConnection, puppet: Puppet) => unknown) =>
  (stream: ByteStream, puppet: Puppet): void => {
    puppet.acceptSecure(stream).then(
      (connection) => next(connection, puppet),
      () => undefined,
    );
  };
