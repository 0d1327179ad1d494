import { availableParallelism } from 'node:os';
import { TABLE_PROTOCOLS, type TableProtocol } from '../../shared/model/table.ts';
import type { NodeSettings } from '../../shared/settings-table.ts';
import type { EffectiveSettings } from '../app/effective-settings.ts';
import { forkOf } from '../app/record-fork.ts';
import { udpErrorOf } from '../app/udp-error.ts';
import type { CloseStack } from '../base/close-stack.ts';
import { to0x } from '../base/bytes.ts';
import { NetworkError } from '../base/errors.ts';
import { RecoveryPool } from '../base/recovery-pool.ts';
import { recoveryThreads } from '../base/recovery-thread.ts';
import { publicKeyOf } from '../base/secp256k1.ts';
import { systemDatagramTransport } from '../base/udp.ts';
import { Discovery, type DiscoveryOptions } from '../discovery/discovery.ts';
import type { ChainStatus } from '../eth/chain-source.ts';
import type { BanList } from '../server/bans.ts';
import type { Statistics } from '../stats/statistics.ts';
import type { Runtime } from './runtime.ts';

/** Creates discovery over UDP, by default the system's: for our node, for a demo node, or for one crawl. */
export function createDiscovery({
  transport = systemDatagramTransport,
  ...options
}: Omit<DiscoveryOptions, 'transport' | 'publicKey'> &
  Partial<Pick<DiscoveryOptions, 'transport'>>): Discovery {
  return new Discovery({ ...options, transport, publicKey: publicKeyOf(options.privateKey) });
}

/** What the discovery of our node is made from. */
export interface DiscoveryParts extends Pick<
  DiscoveryOptions,
  | 'privateKey'
  | 'local'
  | 'database'
  | 'bootnodes'
  | 'sources'
  | 'resolveHost'
  | 'onExternalAddress'
  | 'tap'
  | 'pool'
> {
  readonly settings: Pick<EffectiveSettings, 'current'>;
  /** Whether an address may be contacted. */
  readonly allows: (ip: string) => boolean;
  readonly bans: Pick<BanList, 'find' | 'ofAddress' | 'ofNode'>;
  readonly chain: Pick<ChainStatus, 'forkFilter'>;
  readonly statistics: Pick<Statistics, 'clientOf'>;
}

/**
 * The discovery of our node with its sockets open, not started yet; undefined with --nodiscover, and when neither v4, v5
 * nor a DNS list is enabled.
 * @throws UdpError in one sentence
 */
export async function openDiscovery(
  { settings, bans, chain, statistics, allows, ...parts }: DiscoveryParts,
  { clock, random, events, logger }: Runtime,
): Promise<Discovery | undefined> {
  const { discovery: isOn, addresses, discoveryAddresses, ...ports } = settings.current();
  const protocols = protocolsOf(settings.current());
  if (!isOn || protocols.length + (parts.sources ?? []).length === 0) return undefined;
  const port = ports.discoveryPort ?? ports.port;
  const discovery = createDiscovery({
    ...{ ...parts, clock, random, events, protocols, logger: logger.child('discovery') },
    addresses: (discoveryAddresses ?? addresses).map((ip) => ({ ip, port })),
    // A banned node is not queried either.
    allows: (ip) => allows(ip) && bans.ofAddress(ip) === undefined,
    isBanned: (ip) => bans.ofAddress(ip) !== undefined,
    isBannedNode: (idHex) => bans.ofNode(idHex) !== undefined,
    // A node without a record does not state its fork.
    isCandidate: (node) =>
      node.ip !== undefined &&
      bans.find(node.idHex, node.ip) === undefined &&
      (node.record === undefined || forkOf(chain, node) === 'ours'),
    factsOf: (node) => {
      const forkId = node.record?.eth;
      return {
        forkHash: forkId === undefined ? null : to0x(forkId.hash),
        fork: forkOf(chain, node),
        client: statistics.clientOf(node.idHex),
      };
    },
  });
  try {
    await discovery.open();
  } catch (error) {
    throw error instanceof NetworkError ? udpErrorOf(error, port) : error;
  }
  return discovery;
}

/** The pool that recovers the keys of senders under load; undefined where the build has no threads for it. */
export function openSignerPool({ clock, logger }: Runtime, closing: CloseStack): RecoveryPool | undefined {
  const open = recoveryThreads();
  if (open === undefined) return undefined;
  const processors = availableParallelism();
  const pool = new RecoveryPool({ clock, open, processors, logger: logger.child('discovery') });
  closing.add(() => pool.stop());
  return pool;
}

const protocolsOf = ({ discoveryV4, discoveryV5 }: NodeSettings): readonly TableProtocol[] =>
  TABLE_PROTOCOLS.filter((protocol) => (protocol === 'v4' ? discoveryV4 : discoveryV5));
