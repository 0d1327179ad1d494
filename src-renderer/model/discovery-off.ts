import type { NodeStatus } from '../../shared/model/node.ts';
import type { SettingView } from '../../shared/model/settings.ts';
import type { SettingKey } from '../../shared/settings-table.ts';
import type { TableProtocol } from '../../shared/model/table.ts';

/** Why a discovery method is off; it decides which action is offered. */
export type OffReason =
  /** The node is not running. */
  | { readonly kind: 'stopped' }
  /** A setting turns it off. */
  | { readonly kind: 'setting'; readonly key: SettingKey }
  /** It was turned on and takes effect after a node restart. */
  | { readonly kind: 'restart' }
  /** It is on in the settings, so it did not start. */
  | { readonly kind: 'unknown' };

const PROTOCOL_KEYS = { v4: 'discoveryV4', v5: 'discoveryV5' } as const;

/** Why discovery v4 or v5 is off. */
export function offReason(
  protocol: TableProtocol,
  settings: readonly SettingView[] | null,
  phase: NodeStatus['phase'] | null,
): OffReason {
  return offBy(['discovery', PROTOCOL_KEYS[protocol]], settings, phase);
}

/** Why DNS discovery is off; null when it is on and the network has no default list. */
export function dnsOffReason(
  settings: readonly SettingView[] | null,
  phase: NodeStatus['phase'] | null,
): OffReason | null {
  const lists = settings?.find(({ key }) => key === 'discoveryDns');
  if (lists !== undefined && isEmptyList(lists.next)) return { kind: 'setting', key: 'discoveryDns' };
  if (lists?.pending === true) return { kind: 'restart' };
  const reason = offBy(['discovery'], settings, phase);
  return reason.kind === 'unknown' ? null : reason;
}

function offBy(
  keys: readonly SettingKey[],
  settings: readonly SettingView[] | null,
  phase: NodeStatus['phase'] | null,
): OffReason {
  const views = keys.flatMap((key) => settings?.find((view) => view.key === key) ?? []);
  const off = views.find(({ next }) => next === false);
  if (off !== undefined) return { kind: 'setting', key: off.key as SettingKey };
  if (phase === 'stopped' || phase === 'failed') return { kind: 'stopped' };
  return views.some(({ pending }) => pending) ? { kind: 'restart' } : { kind: 'unknown' };
}

const isEmptyList = (value: SettingView['next']): boolean =>
  typeof value === 'object' && value !== null && value.length === 0;
