import { formatDuration } from '../../shared/format.ts';

/* Formats that only the window uses; the others are in shared/format.ts. */

const GROUPED = new Intl.NumberFormat('en');

/** A whole number with grouped digits: 23,817,402. Decimal text is for numbers above 2^53. */
export function formatCount(value: number | string): string {
  return GROUPED.format(typeof value === 'number' ? value : BigInt(value));
}

const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** A whole number for a narrow column: whole below a million, 1.15M from there on. */
export function formatShort(value: number): string {
  return value < 1_000_000 ? formatCount(value) : SHORT.format(value);
}

/** A duration in milliseconds that is updated every second: "3 s", "41 s", "2 d 4 h". Tenths would flicker. */
export function formatSpan(ms: number): string {
  return ms < 9_950 ? `${Math.max(0, Math.round(ms / 1_000))} s` : formatDuration(ms);
}

/** A rate per second: one decimal below 10. */
export function formatPerSecond(value: number): string {
  if (value === 0) return '0';
  return value < 9.95 ? value.toFixed(1) : formatCount(Math.round(value));
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** Local time of day, 12:04:51. `at` is Unix milliseconds. */
export function formatClock(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
}

/** Local time of day with milliseconds, 12:04:51.123. `at` is Unix milliseconds. */
export function formatClockMs(at: number): string {
  return `${formatClock(at)}.${String(new Date(at).getMilliseconds()).padStart(3, '0')}`;
}

/** Local date, 2026-01-31. `at` is Unix milliseconds. */
export function formatDay(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}

/** Local date and time with milliseconds, 2026-01-31 12:04:51.123. `at` is Unix milliseconds. */
export function formatExact(at: number): string {
  return `${formatDay(at)} ${formatClockMs(at)}`;
}

/** Address and port as in a URL: IPv6 in brackets. */
export function formatEndpoint(ip: string, port: number): string {
  return `${formatHost(ip)}:${port}`;
}

/** An IP address as in an endpoint: brackets around IPv6. */
export const formatHost = (ip: string): string => (ip.includes(':') ? `[${ip}]` : ip);

/** Capabilities, the versions of a protocol that follow each other as one: "p2p/5 · eth/68–71 · snap/1". */
export function formatCapabilities(capabilities: readonly string[]): string {
  const runs: { readonly name: string; readonly first: number; last: number }[] = [];
  for (const capability of capabilities) {
    const [name = '', version] = capability.split('/');
    const run = runs.at(-1);
    if (run?.name === name && Number(version) === run.last + 1) run.last++;
    else runs.push({ name, first: Number(version), last: Number(version) });
  }
  return runs
    .map(({ name, first, last }) => `${name}/${first === last ? first : `${first}–${last}`}`)
    .join(' · ');
}

/** A share, 0 to 1, as a whole percentage; "0%" and "100%" are exact. */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.01) return '<1%';
  if (share > 0.99 && share < 1) return '99%';
  return `${Math.round(share * 100)}%`;
}

const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text from a peer for display: control, format and direction characters become U+FFFD. */
export function visibleText(text: string): string {
  return text.replace(HIDDEN, '\u{fffd}');
}

/** A reputation: "+12", "0", "−1,024" with U+2212. */
export function formatScore(score: number): string {
  if (score === 0) return '0';
  return `${score > 0 ? '+' : '\u2212'}${formatCount(Math.abs(Math.round(score)))}`;
}

/**
 * The places where an endpoint may go on in the next line: between the groups of an IPv6 address, and before the port.
 * @returns the pieces, which together are `text`
 */
export const endpointPieces = (text: string): readonly string[] => text.split(/(?=:\d+$)|(?<=:)(?=[^:].*\])/);

/** A text of a node in three parts: a line that has no room for all shortens them one by one, the first first, the last never. */
export interface TextParts {
  readonly start: string;
  readonly middle: string;
  readonly end: string;
}

/** Characters at the end of a text without a port. */
const TAIL = 4;

/** `enode://KEY`, `@HOST`, and `:PORT?discport=…` */
const ENDPOINT_PARTS = /^(enode:\/\/[^@]+(?=@))?(@?(?:\[[^\]]*\]|[^:@[\]]+))(:\d.*)?$/is;

/** An endpoint or an enode URL, whose last part is the port, or an ENR or another text, whose last part is its end. */
export function textParts(text: string): TextParts {
  const [, key = '', host, port = ''] = ENDPOINT_PARTS.exec(text) ?? [];
  if (host !== undefined && (key !== '' || port !== '')) return { start: key, middle: host, end: port };
  const cut = Math.max(0, text.length - TAIL);
  return { start: text.slice(0, cut), middle: '', end: text.slice(cut) };
}

/** The parts of an endpoint in the form of `formatEndpoint`; null for other text. */
export function splitEndpoint(text: string): { readonly ip: string; readonly port: number } | null {
  const found = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const ip = found?.[1] ?? found?.[2];
  return ip === undefined ? null : { ip, port: Number(found?.[3]) };
}
