import { banReason } from '../../shared/causes/sentences.ts';
import { BAN_DURATIONS, type Ban, type BanDuration } from '../../shared/model/ban.ts';
import { parseEnode } from '../../shared/enode.ts';
import { parseEnrText } from '../../shared/enr-text.ts';
import { parseIp } from '../../shared/ip-text.ts';

/** The check of a ban's target while the user types. */
export type BanTargetCheck =
  | { readonly state: 'empty' }
  | {
      readonly state: 'bad';
      readonly problem: 'enode' | 'record' | 'prefix' | 'unknown';
      readonly message: string;
    }
  | { readonly state: 'good'; readonly kind: 'node' | 'ip' | 'cidr'; readonly wide: boolean };

/** A network with a shorter prefix than this is very large: the form shows a warning. */
const WIDE_IPV4_BITS = 8;
const WIDE_IPV6_BITS = 32;

/** Checks a node ID, an enode URL, an ENR, an IP address or a network in CIDR notation. The node checks the target again. */
export function checkBanTarget(raw: string): BanTargetCheck {
  const text = raw.trim();
  if (text === '') return { state: 'empty' };
  if (text.startsWith('enode:')) {
    const parsed = parseEnode(text);
    return parsed.ok ? node : { state: 'bad', problem: 'enode', message: parsed.message };
  }
  if (text.startsWith('enr:')) {
    const parsed = parseEnrText(text);
    return parsed.ok ? node : { state: 'bad', problem: 'record', message: parsed.message };
  }
  if (/^(0x)?[0-9a-f]{64}$/i.test(text)) return node;
  const [address = '', prefix, ...rest] = text.split('/');
  const bytes = parseIp(address);
  if (bytes === undefined || rest.length > 0) return { state: 'bad', problem: 'unknown', message: '' };
  if (prefix === undefined) return { state: 'good', kind: 'ip', wide: false };
  const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (!(bits <= bytes.length * 8)) return { state: 'bad', problem: 'prefix', message: '' };
  const wide = bits < (bytes.length === 4 ? WIDE_IPV4_BITS : WIDE_IPV6_BITS);
  return { state: 'good', kind: 'cidr', wide };
}

const node = { state: 'good', kind: 'node', wide: false } as const;

/**
 * The duration with which a removed ban is set again: its original duration, else the shortest that does not end before
 * the original ban. `now` is Unix milliseconds.
 */
export function renewedDuration(ban: Pick<Ban, 'createdAt' | 'until'>, now: number): BanDuration {
  const { createdAt, until } = ban;
  if (until === null) return 'forever';
  const finite = (Object.keys(BAN_DURATIONS) as BanDuration[]).filter((name) => BAN_DURATIONS[name] !== null);
  const had = finite.find((name) => BAN_DURATIONS[name] === until - createdAt);
  const rest = Math.max(0, until - now);
  return had ?? finite.find((name) => (BAN_DURATIONS[name] ?? 0) >= rest) ?? 'forever';
}

/** The bans whose target, name, reason or source contains every word of `text`. */
export function filterBans(bans: readonly Ban[], text: string): readonly Ban[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return bans;
  return bans.filter((ban) => {
    const haystack = `${ban.target.value} ${ban.name ?? ''} ${banReason(ban)} ${ban.by}`.toLowerCase();
    return words.every((word) => haystack.includes(word));
  });
}
