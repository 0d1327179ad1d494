import { systemClock, systemRandom } from '../../src-main/base/system-runtime.ts';
import { generatePrivateKey } from '../../src-main/base/secp256k1.ts';
import { bytesToHex } from '../../src-main/base/bytes.ts';
import { publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { NETWORKS } from '../../src-main/chain/networks.ts';
import { doctorBase, doctorDiscovery, doctorIdentity } from '../../src-main/compose/doctor.ts';
import type { DoctorEnvironment, DoctorPolicy } from '../../src-main/doctor/environment.ts';
import type { ChainSource } from '../../src-main/eth/chain-source.ts';
import { createGenesisChain } from '../../src-main/eth/genesis-chain.ts';
import { nodeIdOf } from '../../src-main/node-record/node-id.ts';
import type { DiscoveryNode } from './discovery-node.ts';
import { silentLogger } from './silent-logger.ts';

/** What differs from a node of Sepolia that may contact everything and has no discovery. */
export interface DoctorTestOptions extends Partial<Omit<DoctorEnvironment, 'policy' | 'chain'>> {
  readonly chain?: ChainSource;
  readonly policy?: Partial<DoctorPolicy>;
  /** Our discovery; its key is ours then. */
  readonly ours?: DiscoveryNode;
  readonly privateKey?: Uint8Array;
}

/** What a test of a node uses, on the system's sockets. */
export function doctorEnvironment(options: DoctorTestOptions = {}): DoctorEnvironment {
  const { policy, ours, privateKey: given, ...rest } = options;
  const clock = options.clock ?? systemClock;
  const network = NETWORKS.sepolia;
  const chain = options.chain ?? createGenesisChain(network, clock);
  const privateKey = given ?? ours?.privateKey ?? generatePrivateKey(systemRandom);
  return {
    ...doctorBase({ clock, random: systemRandom, logger: silentLogger, chain, network }),
    lookUpHost: () => Promise.reject(new Error('There is no DNS')),
    identity: doctorIdentity({
      ...{ privateKey, chain },
      clientName: () => 'Enodeck/v0.0.0/test',
      listenPort: () => 0,
    }),
    discovery: () => doctorDiscovery(ours?.discovery),
    known: () => undefined,
    sessionAgeMs: () => undefined,
    ...rest,
    policy: {
      ownIdHex: bytesToHex(nodeIdOf(publicKeyOf(privateKey))),
      allows: () => true,
      banOf: () => undefined,
      needsConsent: () => false,
      hasAddressFor: () => true,
      families: () => ['ipv4', 'ipv6'],
      ...policy,
    },
  };
}
