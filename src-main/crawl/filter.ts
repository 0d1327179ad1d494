import type { NodeSetFilter } from '../../shared/model/crawl.ts';
import { createForkFilter, type ForkFilter } from '../chain/fork-id.ts';
import { NETWORKS, PUBLIC_NETWORK_NAMES } from '../chain/networks.ts';
import { parseNetList } from '../base/ip.ts';
import { readRlp, RlpError } from '../base/rlp.ts';
import type { Enr } from '../node-record/enr.ts';
import type { CrawledNode, NodeSet } from './node-set.ts';

/** Networks that a filter can name, besides `own`. */
export const FILTER_NETWORKS = PUBLIC_NETWORK_NAMES;

/**
 * Selects every node of a set.
 * @internal for tests
 */
export const NO_FILTER: NodeSetFilter = {
  ip: null,
  minAge: null,
  ethNetwork: null,
  snap: false,
  dialable: false,
  limit: null,
};

type Check = (node: CrawledNode) => boolean;

/**
 * The nodes of a set that match a filter, by the rules of `devp2p nodeset filter` (go-ethereum
 * cmd/devp2p/nodesetcmd.go).
 * @param own fork filter of the network `own`
 * @throws IpError for an invalid CIDR network; RangeError for an unknown network name
 */
export function filterNodeSet(nodes: NodeSet, filter: NodeSetFilter, own?: ForkFilter): NodeSet {
  const matches = nodeSetCheck(filter, own);
  const taken = [...nodes].filter(([, node]) => matches(node));
  const { limit } = filter;
  if (limit === null || limit >= taken.length) return new Map(taken);
  return new Map(taken.sort(([, a], [, b]) => b.score - a.score).slice(0, limit));
}

/**
 * Whether a node matches a filter, without its limit.
 * @param own fork filter of the network `own`
 * @throws IpError for an invalid CIDR network; RangeError for an unknown network name
 */
export function nodeSetCheck(filter: NodeSetFilter, own?: ForkFilter): Check {
  const checks = checksOf(filter, own);
  return (node) => checks.every((check) => check(node));
}

function checksOf(filter: NodeSetFilter, own: ForkFilter | undefined): readonly Check[] {
  const checks: Check[] = [];
  const { ip, minAge, ethNetwork } = filter;
  if (ip !== null) {
    const networks = parseNetList(ip);
    checks.push(({ node }) => node.ip !== undefined && networks.contains(node.ip));
  }
  if (minAge !== null) {
    checks.push(({ firstResponse, lastResponse }) => lastResponse - firstResponse >= minAge * 1_000);
  }
  if (ethNetwork !== null) {
    const judge = forkFilterOf(ethNetwork, own);
    checks.push(({ node }) => node.record?.eth !== undefined && judge(node.record.eth) === 'ok');
  }
  if (filter.snap) checks.push(({ node }) => hasList(node.record, 'snap'));
  if (filter.dialable) checks.push(isDialable);
  return checks;
}

/** The fork filter from block 0: it accepts every fork of the network. */
function forkFilterOf(name: string, own: ForkFilter | undefined): ForkFilter {
  if (name === 'own' && own !== undefined) return own;
  const known = FILTER_NETWORKS.find((network) => network === name);
  if (known === undefined) throw new RangeError(`there is no network "${name.slice(0, 40)}"`);
  return createForkFilter(NETWORKS[known], () => ({ number: 0n, time: 0n }));
}

/** Whether a node has a port for sessions; without a record, in its URL. */
function isDialable({ node: { record, tcp } }: CrawledNode): boolean {
  if (record === undefined) return tcp !== 0;
  return ['tcp', 'tcp6', 'quic', 'quic6'].some((key) => hasPort(record, key));
}

const hasPort = (record: Enr, key: string): boolean =>
  reads(record, key, (value) => readRlp(value, (reader) => reader.uint(0xffff)) !== 0);

const hasList = (record: Enr | undefined, key: string): boolean =>
  record !== undefined &&
  reads(record, key, (value) =>
    readRlp(value, (reader) => {
      reader.list();
      return true;
    }),
  );

/** Whether a record has a key with a value that `read` accepts. */
function reads(record: Enr, key: string, read: (value: Uint8Array) => boolean): boolean {
  const value = record.get(key);
  if (value === undefined) return false;
  try {
    return read(value);
  } catch (error) {
    if (error instanceof RlpError) return false;
    throw error;
  }
}
