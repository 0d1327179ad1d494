import type { NatStatus } from '../../shared/model/node.ts';
import type { Translate } from '../composables/use-messages.ts';
import { formatRelativeTime } from '../../shared/format.ts';

/** The state of NAT port mapping as a phrase; null when no gateway is used. `now` is Unix milliseconds. */
export function natText(nat: NatStatus, t: Translate, now: number): string | null {
  const gateway = nat.gateway ?? nat.method;
  const next =
    nat.nextTryAt === null ? '' : `, ${t('nat.next', { when: formatRelativeTime(nat.nextTryAt, now) })}`;
  switch (nat.state) {
    case 'off':
    case 'known':
      return null;
    case 'searching':
      return t('nat.searching');
    case 'mapped':
      return t('nat.mapped', { gateway, ports: portsOf(nat) });
    case 'partial':
      return t('nat.partial', { gateway, ports: portsOf(nat) }) + next;
    case 'failed':
      return (nat.failure?.message ?? t('nat.failed')) + next;
  }
}

/** The external ports: "tcp 30303, udp 30303". */
const portsOf = (nat: NatStatus): string =>
  nat.mappings.map(({ protocol, externalPort }) => `${protocol} ${String(externalPort)}`).join(', ');
