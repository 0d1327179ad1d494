/** The input of the checks of this node, and what the checks have in common. */
import type { DoctorFact } from '../../shared/model/doctor.ts';
import type { HealthAction } from '../../shared/model/health-action.ts';
import type { NodeStatus } from '../../shared/model/node.ts';
import type {
  InboundContacts,
  OwnCheck,
  OwnCheckName,
  OwnEvidence,
  OwnProblem,
} from '../../shared/model/own-node.ts';
import type { AddressFamily, SocketAddress } from '../base/network.ts';
import type { SettingKey } from '../../shared/settings-table.ts';

/** An endpoint of this node that networks report, with the number of networks that report it. */
export interface ReportedEndpoint extends SocketAddress {
  readonly votes: number;
}

/** The entries of our ENR that others need to reach us. */
export interface OwnRecord {
  readonly seq: bigint;
  readonly ip: string | undefined;
  readonly udp: number | undefined;
  readonly tcp: number | undefined;
  readonly ip6: string | undefined;
  readonly udp6: number | undefined;
  readonly tcp6: number | undefined;
  /** Fork hash of the eth entry, 0x hex. */
  readonly forkHash: string | undefined;
}

/** A fork that nodes announce and this version does not know. */
export interface StrangeFork {
  /** Fork hash, hex without 0x. */
  readonly hash: string;
  /** Networks that announce it, and networks that announce our fork. */
  readonly peers: number;
  readonly peersOnOurFork: number;
  readonly isPassed: boolean;
}

/** Everything that the checks are derived from. All figures are measured; nothing is asked of an outside service. */
export interface OwnNodeFacts {
  /** Unix milliseconds. */
  readonly now: number;
  readonly status: NodeStatus;
  /** Whether the node accepts loopback or the networks of --netrestrict only. */
  readonly confined: boolean;
  readonly discovery: { readonly v4: boolean; readonly v5: boolean };
  readonly contacts: Readonly<Record<'tcp' | 'udp', Readonly<Record<AddressFamily, InboundContacts>>>>;
  /** The endpoints that nodes reported in the last minutes, most votes first. */
  readonly reported: Readonly<Record<AddressFamily, readonly ReportedEndpoint[]>>;
  /** Undefined while the node does not run. */
  readonly record: OwnRecord | undefined;
  /** ENRRequests since the start, and our responses. */
  readonly recordRequests: { readonly asked: number; readonly answered: number };
  /** Number of nodes in the tables whose ENR announces our fork. */
  readonly nodesOnOurFork: number;
  /** The unknown fork that the most networks announce. */
  readonly strangeFork: StrangeFork | undefined;
}

/** Time after the start from which missing evidence is a finding, milliseconds (our choice, as in the health list). */
export const OWN_PATIENCE_MS = { address: 300_000, contact: 900_000 } as const;

/** Milliseconds since the node started. */
export const uptimeOf = ({ now, status }: OwnNodeFacts): number => now - (status.startedAt ?? now);

/** Whether no node from the internet is expected. */
export const isPrivate = ({ confined, status }: OwnNodeFacts): boolean => confined || status.network.demo;

/** The result of a check without the values that most checks do not have. */
type CheckResult = Pick<OwnCheck, 'state' | 'finding'> & Partial<Omit<OwnCheck, 'check'>>;

/** Makes a check. */
export function ownCheck(check: OwnCheckName, result: CheckResult): OwnCheck {
  return { check, subject: null, evidence: [], explanation: null, problem: null, ...result };
}

/** Makes a problem; the default is our side, likely, without an action. */
export function problem(
  given: Pick<OwnProblem, 'title' | 'reason' | 'advice'> & Partial<OwnProblem>,
): OwnProblem {
  return { fault: 'ours', certainty: 'likely', actions: [], ...given };
}

/** Makes a fact; `isOwn` for an own address or key. */
export function fact(name: string, value: string, options: Partial<DoctorFact> = {}): DoctorFact {
  return { name, value, tone: null, isOwn: false, ...options };
}

/** Makes the evidence of one side. */
export function evidence(
  side: OwnEvidence['side'],
  facts: readonly (DoctorFact | undefined)[],
  at: number | null = null,
): OwnEvidence {
  return { side, at, facts: facts.filter((each) => each !== undefined) };
}

/** The action that opens a setting. */
export const openSetting = (key: SettingKey): HealthAction => ({ kind: 'open-setting', params: { key } });

/** `IPv4` or `IPv6`. */
export const familyName = (family: AddressFamily): string => (family === 'ipv4' ? 'IPv4' : 'IPv6');
