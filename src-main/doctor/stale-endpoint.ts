import { enrToText } from '../node-record/enr.ts';
import { portsIn } from './discovery-steps.ts';
import type { Evidence } from './evidence.ts';
import { causeOf } from './step-log.ts';

/** What the node's own record, or the newer one that this node knows, says of the endpoint that was used. */
export function staleEndpoint(evidence: Evidence) {
  const { record, known, endpoints } = evidence;
  const [used] = endpoints;
  if (used === undefined || used.tcp === 0) return undefined;
  const newest = record ?? known?.record;
  if (newest === undefined || newest.seq < (evidence.givenRecord?.seq ?? 0n)) return undefined;
  const { tcp } = portsIn(newest, used.ip);
  const ips = [newest.ip, newest.ip6].filter((ip) => ip !== undefined);
  const isOtherIp = record === undefined && ips.length > 0 && !ips.includes(used.ip);
  if (isOtherIp)
    return causeOf('stale-endpoint', {
      theirs: `${ips.join(' and ')}, TCP ${String(tcp)}`,
      given: `${used.ip}, TCP ${String(used.tcp)}`,
    });
  if (tcp === 0 || tcp === used.tcp) return undefined;
  return causeOf('stale-endpoint', { theirs: `TCP ${String(tcp)}`, given: `TCP ${String(used.tcp)}` });
}

/** The newer record, where it differs from the one given. */
export function newerText({ record, known, givenRecord }: Evidence): string | null {
  const newest = record ?? known?.record;
  if (newest === undefined || newest.seq <= (givenRecord?.seq ?? 0n)) return null;
  return enrToText(newest);
}
