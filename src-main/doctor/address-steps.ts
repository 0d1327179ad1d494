/** The steps that find out where the node is, and whether it may be contacted. */
import type { LookUpHost } from '../base/host-lookup.ts';
import { describeError, NetworkError } from '../base/errors.ts';
import { canonicalIp, ipFamily, isMulticast, isUnspecified } from '../base/ip.ts';
import type { Node } from '../node-record/node.ts';
import { portsIn } from './discovery-steps.ts';
import type { DoctorPolicy } from './environment.ts';
import type { Evidence, ProbedEndpoint, Refusal } from './evidence.ts';
import { causeOf, fact, ownFact, type StepLog, type StepResult } from './step-log.ts';

/** BOUNDED: addresses of a DNS name that are used. */
const MAX_ADDRESSES = 16;

/** Codes of the system's resolver for a name that has no address. */
const NO_SUCH_NAME = new Set(['ENOTFOUND', 'ENODATA', 'EAI_NONAME', 'EAI_NODATA']);

/** Looks up all addresses of the DNS name of an enode URL. */
export async function dnsStep(lookUp: LookUpHost, evidence: Evidence, log: StepLog): Promise<StepResult> {
  const name = evidence.node?.ip === undefined ? evidence.node?.hostname : undefined;
  if (name === undefined) return { state: 'not-needed', finding: 'the node is given by its address' };
  log.sent(fact('Name', name));
  try {
    const ips = [...new Set((await lookUp(name)).map(canonicalIp))].filter((ip) => ip !== undefined);
    evidence.found = ips.slice(0, MAX_ADDRESSES);
    log.received(...evidence.found.map((ip) => fact(ipFamily(ip) === 'ipv6' ? 'IPv6' : 'IPv4', ip)));
    if (evidence.found.length === 0) return gone(name, evidence);
    return { state: 'passed', finding: describeAddresses(evidence.found) };
  } catch (error) {
    log.received(fact('Resolver says', describeError(error), 'bad'));
    if (NO_SUCH_NAME.has(systemCode(error))) return gone(name, evidence);
    evidence.refusal = causeOf('name-lookup-failed', { name, detail: lookupFault(error) });
    return { state: 'failed', finding: lookupFault(error), cause: evidence.refusal };
  }
}

function gone(name: string, evidence: Evidence): StepResult {
  evidence.refusal = causeOf('name-not-found', { name });
  return { state: 'failed', finding: 'the name has no address', cause: evidence.refusal };
}

const systemCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const lookupFault = (error: unknown): string =>
  error instanceof NetworkError && error.code === 'timed-out'
    ? 'the DNS server did not answer in time'
    : `the DNS server failed (${systemCode(error) || describeError(error)})`;

function describeAddresses(ips: readonly string[]): string {
  const families = new Set(ips.map(ipFamily));
  const [first = ''] = ips;
  const others = ips.length > 1 ? ` and ${String(ips.length - 1)} more` : '';
  const missing = families.has('ipv6')
    ? families.has('ipv4')
      ? ''
      : ', no IPv4 address'
    : ', no IPv6 address';
  return `${first}${others}${missing}`;
}

/** Options of the address step. */
export interface AddressOptions {
  /** Whether a person agreed to contact an address that is not one of the public internet. */
  readonly special: boolean;
}

/** Checks each address of the node: our own node, bans, allowed networks, its purpose, and that we have its family. */
export function addressStep(
  policy: DoctorPolicy,
  { special }: AddressOptions,
  evidence: Evidence,
  log: StepLog,
): StepResult {
  const { node } = evidence;
  if (node === undefined) return { state: 'not-reached', finding: 'needs a node' };
  if (node.idHex === policy.ownIdHex) {
    return refuse(causeOf('own-node'), 'this is our own node', evidence);
  }
  const families = policy.families();
  log.sent(ownFact('Families of this machine', families.join(', ') || 'none'));
  const judged = endpointsOf(node, evidence.found).map((endpoint) => ({
    endpoint,
    refusal: refusalOf(endpoint.ip, node.idHex, policy, special),
  }));
  log.received(
    ...judged.map(({ endpoint, refusal }) =>
      fact(endpoint.ip, refusal === undefined ? 'may be contacted' : describe(refusal), refusal && 'bad'),
    ),
  );
  evidence.endpoints = judged.filter(({ refusal }) => refusal === undefined).map(({ endpoint }) => endpoint);
  const refusals = judged.map(({ refusal }) => refusal).filter((refusal) => refusal !== undefined);
  const [worst] = refusals.sort((a, b) => SEVERITY.indexOf(a.code) - SEVERITY.indexOf(b.code));
  if (evidence.endpoints.length > 0) {
    const first = evidence.endpoints[0]?.ip ?? '';
    const left = refusals.length === 0 ? '' : `; ${String(refusals.length)} left out`;
    return { state: 'passed', finding: `${first} may be contacted${left}` };
  }
  if (worst === undefined) return refuse(causeOf('no-address'), 'it has no address', evidence);
  return refuse(worst, describe(worst), evidence);
}

/** The refusal that is reported where all addresses are refused: the first of these. */
const SEVERITY: readonly string[] = [
  'banned',
  'not-netrestricted',
  'not-a-host-address',
  'special-address',
  'address-not-available',
];

function refusalOf(ip: string, idHex: string, policy: DoctorPolicy, special: boolean): Refusal | undefined {
  const ban = policy.banOf(idHex, ip);
  if (ban !== undefined) {
    const { kind, value } = ban.target;
    const facts = { ban: kind, network: kind === 'cidr' ? value : '', reason: ban.reason };
    return { ...causeOf('banned', facts), ban };
  }
  if (!policy.allows(ip)) return causeOf('not-netrestricted');
  if (isUnspecified(ip) || isMulticast(ip)) return causeOf('not-a-host-address', { ip });
  if (!special && policy.needsConsent(ip)) return causeOf('special-address', { ip });
  return policy.hasAddressFor(ip) ? undefined : causeOf('address-not-available');
}

function refuse(refusal: Refusal, finding: string, evidence: Evidence): StepResult {
  evidence.refusal = refusal;
  return { state: 'failed', finding, cause: { code: refusal.code, params: refusal.params } };
}

function describe({ code, ban }: Refusal): string {
  switch (code) {
    case 'banned':
      return `banned here (${ban?.target.value ?? ''})`;
    case 'not-netrestricted':
      return 'outside the allowed networks of this node';
    case 'special-address':
      return 'private or special-purpose: not contacted without consent';
    case 'not-a-host-address':
      return 'not the address of a host';
    default:
      return 'this machine has no address of its family';
  }
}

/**
 * The families by turns, because only the first few addresses are tried. IPv4 is first: a machine may have IPv6 addresses
 * without a route to the internet.
 */
function byTurns(ips: readonly string[]): readonly string[] {
  const [v4, v6] = (['ipv4', 'ipv6'] as const).map((family) => ips.filter((ip) => ipFamily(ip) === family));
  return ips.flatMap((_, at) => [v4?.[at], v6?.[at]]).filter((ip) => ip !== undefined);
}

/** The endpoints of a node: of its DNS name, else both addresses of its record, else the one of its enode URL. */
function endpointsOf(node: Node, found: readonly string[]): readonly ProbedEndpoint[] {
  const { tcp, udp, record } = node;
  if (node.ip === undefined && found.length > 0) {
    return byTurns(found).map((ip) => ({ ip, tcp, udp }));
  }
  const first = node.ip === undefined ? [] : [{ ip: node.ip, tcp, udp }];
  if (record === undefined) return first;
  const ips = [record.ip, record.ip6].filter((ip) => ip !== undefined);
  const others = ips.filter((ip) => ip !== node.ip);
  return [...first, ...others.map((ip) => ({ ip, ...portsIn(record, ip) }))];
}
