import { BAN_DURATIONS, type Ban, type BanDuration } from '../../shared/model/ban.ts';
import { parseEnode } from '../../shared/enode.ts';
import { parseEnrText } from '../../shared/enr-text.ts';
import { parseIp } from '../../shared/ip-text.ts';

/** What a ban's target is, while it is typed. */
export type BanTargetCheck =
  | { readonly state: 'empty' }
  | {
      readonly state: 'bad';
      readonly problem: 'enode' | 'record' | 'prefix' | 'unknown';
      readonly message: string;
    }
  | { readonly state: 'good'; readonly kind: 'node' | 'ip' | 'cidr'; readonly wide: boolean };

/** Wider networks than these are half the world: worth a second look. */
const WIDE_IPV4_BITS = 8;
const WIDE_IPV6_BITS = 32;

/** Reads a node ID, an enode URL, a record, an IP address or a network in CIDR notation; the node has the last word. */
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
 * The duration to ask for when a lifted ban is set again: the one it had, else the shortest that does not end before
 * the ban would have.
 */
export function renewedDuration(ban: Pick<Ban, 'createdAt' | 'until'>, now: number): BanDuration {
  const { createdAt, until } = ban;
  if (until === null) return 'forever';
  const finite = (Object.keys(BAN_DURATIONS) as BanDuration[]).filter((name) => BAN_DURATIONS[name] !== null);
  const had = finite.find((name) => BAN_DURATIONS[name] === until - createdAt);
  const rest = Math.max(0, until - now);
  return had ?? finite.find((name) => (BAN_DURATIONS[name] ?? 0) >= rest) ?? 'forever';
}

/** Bans that hold every word of `text`. */
export function filterBans(bans: readonly Ban[], text: string): readonly Ban[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return bans;
  return bans.filter((ban) => {
    const haystack = `${ban.target.value} ${ban.name ?? ''} ${ban.reason} ${ban.by}`.toLowerCase();
    return words.every((word) => haystack.includes(word));
  });
}
