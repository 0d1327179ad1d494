import type { AddressRules } from '../app/address-rules.ts';
import { ownClientName } from '../app/client-name.ts';
import { DoctorController } from '../app/doctor-control.ts';
import type { EffectiveSettings } from '../app/effective-settings.ts';
import { hasAddressFor, machineFamilies } from '../app/machine-reach.ts';
import type { CurrentNode } from '../app/running-node.ts';
import { VERSION } from '../app/version.ts';
import type { CloseStack } from '../base/close-stack.ts';
import { systemLookUpHost, withTimeout } from '../base/host-lookup.ts';
import type { Clock, Logger, Random } from '../base/runtime.ts';
import { publicKeyOf } from '../base/secp256k1.ts';
import { systemStreamDialer } from '../base/tcp.ts';
import type { Network } from '../chain/networks.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { DoctorDiscovery, DoctorEnvironment, DoctorIdentity } from '../doctor/environment.ts';
import type { ChainSource, ChainStatus } from '../eth/chain-source.ts';
import { createEthProtocols } from '../eth/session.ts';
import type { Recorder } from '../recorder/recorder.ts';
import { createHello } from '../p2p/hello.ts';
import type { BanList } from '../server/bans.ts';
import type { Identity } from '../store/identity.ts';
import type { Runtime } from './runtime.ts';

/** What the Doctor of our node is made from. */
export interface DoctorParts {
  readonly settings: Pick<EffectiveSettings, 'current'>;
  readonly identity: Pick<Identity, 'privateKey' | 'idHex'>;
  readonly network: Network;
  readonly chain: ChainSource;
  readonly rules: AddressRules;
  readonly bans: Pick<BanList, 'find'>;
  readonly known: DoctorEnvironment['known'];
  readonly current: CurrentNode;
  readonly recorder: Recorder;
}

/**
 * The Doctor of our node: it tests with the node's own key, and with its discovery sockets while it runs.
 * @param closing ends its tests
 */
export function composeDoctor(
  parts: DoctorParts,
  { clock, random, logger }: Runtime,
  closing: CloseStack,
): DoctorController {
  const { settings, identity, network, chain, rules, bans, known, current, recorder } = parts;
  const { privateKey, idHex: ownIdHex } = identity;
  const listenPort = (): number =>
    current.node?.listening().find(({ protocol }) => protocol === 'tcp')?.port ?? 0;
  const environment: DoctorEnvironment = {
    ...doctorBase({ clock, random, logger, chain, network }),
    ...{ taps: recorder, known },
    policy: {
      ...{ ownIdHex, hasAddressFor, families: machineFamilies },
      allows: rules.allows,
      banOf: (idHex, ip) => bans.find(idHex, ip),
      needsConsent: (ip) => rules.checkListedIp(ip) !== undefined,
    },
    identity: doctorIdentity({
      ...{ privateKey, chain, listenPort },
      clientName: () => ownClientName(settings.current().name ?? undefined),
    }),
    discovery: () => doctorDiscovery(current.node?.discovery),
    sessionAgeMs: (idHex) =>
      current.node?.peers().find(({ session }) => session.idHex === idHex)?.session.ageMs,
  };
  const doctor = new DoctorController(environment, recorder);
  closing.add(() => doctor.close());
  return doctor;
}

/** What every test uses, with or without a node that runs. */
export function doctorBase({
  network,
  ...parts
}: {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly chain: ChainStatus;
  readonly network: Network;
}): Pick<
  DoctorEnvironment,
  'clock' | 'random' | 'logger' | 'chain' | 'lookUpHost' | 'dialer' | 'network' | 'version'
> {
  return {
    ...parts,
    logger: parts.logger.child('doctor'),
    lookUpHost: withTimeout(systemLookUpHost, parts.clock),
    dialer: systemStreamDialer,
    network: network.name,
    version: VERSION,
  };
}

/** The identity with which a test speaks: it offers eth. */
export function doctorIdentity({
  privateKey,
  chain,
  clientName,
  listenPort,
}: {
  readonly privateKey: Uint8Array;
  readonly chain: ChainSource;
  readonly clientName: () => string;
  readonly listenPort: () => number;
}): DoctorIdentity {
  const publicKey = publicKeyOf(privateKey);
  const protocols = createEthProtocols(chain);
  return {
    privateKey,
    protocols,
    hello: () => createHello({ clientName: clientName(), publicKey, protocols, listenPort: listenPort() }),
  };
}

/** Discovery as a test uses it. */
export function doctorDiscovery(discovery: Discovery | undefined): DoctorDiscovery | undefined {
  if (discovery === undefined || discovery.engines.length === 0) return undefined;
  const { probe, v5 } = discovery;
  return { probe, pingV5: v5 === undefined ? undefined : (node) => v5.transport.ping(node) };
}
