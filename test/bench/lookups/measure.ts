import { generatePrivateKey } from '../../../src-main/base/secp256k1.ts';
import { systemClock, systemRandom } from '../../../src-main/base/system-runtime.ts';
import { BUCKET_SIZE } from '../../../src-main/discovery/constants.ts';
import { Lookup } from '../../../src-main/discovery/lookup/lookup.ts';
import { MAX_NEIGHBORS } from '../../../src-main/discovery/v4/constants.ts';
import { decodePacket, encodePacket } from '../../../src-main/discovery/v4/packet.ts';
import { nodeFromParts } from '../../../src-main/node-record/node-factory.ts';
import { nodeIdOf } from '../../../src-main/node-record/node-id.ts';
import type { Node } from '../../../src-main/node-record/node.ts';
import { populate, type Population } from '../../support/populated-network.ts';

/** Lookups of one measurement. */
const LOOKUPS = 100;

/** What lookups in a network of one size took, each as the mean of LOOKUPS. */
export interface LookupCost {
  /** Processor time of the node that looks, milliseconds. */
  readonly cpuMs: number;
  readonly rounds: number;
  /** Nodes queried. */
  readonly queries: number;
}

const key = generatePrivateKey(systemRandom);
const expiration = Math.floor(Date.now() / 1_000) + 3_600;

/**
 * Runs lookups for random targets over discv4 packets. Each lookup runs twice: first to collect the packets of the nodes that
 * answer, then to be measured with those packets, because their signatures are not its cost.
 */
export async function measureLookups(size: number): Promise<LookupCost> {
  const network = populate(size, size);
  let [cpu, rounds, queries] = [0, 0, 0];
  for (let run = 0; run < LOOKUPS; run += 1) {
    const publicKey = systemRandom.bytes(64);
    const start = network.nodes[systemRandom.below(size)];
    if (start === undefined) throw new RangeError('the network is empty');
    const answers = new Map<string, readonly Uint8Array[]>();
    await lookupFrom(network, start, publicKey, async (node) => {
      const found = nearest(network, node, nodeIdOf(publicKey));
      answers.set(node.idHex, packetsOf(found));
      return found;
    });
    const before = process.cpuUsage();
    const lookup = await lookupFrom(network, start, publicKey, (node) =>
      ask(publicKey, answers.get(node.idHex)),
    );
    const { user, system } = process.cpuUsage(before);
    cpu += (user + system) / 1_000;
    rounds += lookup.rounds;
    queries += lookup.asked;
  }
  return { cpuMs: cpu / LOOKUPS, rounds: rounds / LOOKUPS, queries: queries / LOOKUPS };
}

/** The nodes nearest to a target of which `node` knows: its answer to a FINDNODE. */
function nearest({ tables }: Population, node: Node, target: Uint8Array): readonly Node[] {
  return tables.get(node.idHex)?.closest(target, BUCKET_SIZE, false).nodes ?? [];
}

/** A lookup that starts with what the node `start` knows. */
async function lookupFrom(
  network: Population,
  start: Node,
  publicKey: Uint8Array,
  query: (node: Node) => Promise<readonly Node[]>,
): Promise<Lookup> {
  const target = nodeIdOf(publicKey);
  const seeds = nearest(network, start, target);
  const lookup = new Lookup({ target, seeds, selfIdHex: start.idHex, clock: systemClock, query });
  await lookup.run();
  return lookup;
}

/** The NEIGHBORS packets of an answer. */
function packetsOf(nodes: readonly Node[]): readonly Uint8Array[] {
  const packets: Uint8Array[] = [];
  for (let at = 0; at < nodes.length; at += MAX_NEIGHBORS) {
    const part = nodes.slice(at, at + MAX_NEIGHBORS).map(({ publicKey, ip = '', udp, tcp }) => ({
      ...{ publicKey, ip, udp, tcp },
    }));
    packets.push(encodePacket({ type: 'neighbors', nodes: part, expiration }, key).datagram);
  }
  return packets;
}

/** Signs FINDNODE, and verifies and reads the answer. */
async function ask(
  publicKey: Uint8Array,
  answer: readonly Uint8Array[] | undefined,
): Promise<readonly Node[]> {
  if (answer === undefined) throw new Error('the measured lookup asks another node than the one before it');
  encodePacket({ type: 'findnode', target: publicKey, expiration }, key);
  return answer.flatMap((datagram) => {
    const { message } = decodePacket(datagram);
    if (message.type !== 'neighbors') throw new Error('the answer is no NEIGHBORS packet');
    return message.nodes.map(nodeFromParts);
  });
}
