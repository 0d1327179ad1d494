import { formatDuration } from '../../shared/format.ts';

/* What the window writes beyond shared/format.ts. */

const GROUPED = new Intl.NumberFormat('en');

/** 23817402 as 23,817,402; takes decimal text too, for numbers beyond 2^53. */
export function formatCount(value: number | string): string {
  return GROUPED.format(typeof value === 'number' ? value : BigInt(value));
}

/** A length of time that is counted by the second: "3 s", "41 s", "2 d 4 h"; tenths would only flicker. */
export function formatSpan(ms: number): string {
  return ms < 9_950 ? `${Math.max(0, Math.round(ms / 1_000))} s` : formatDuration(ms);
}

/** Packets a second: one decimal under ten. */
export function formatPerSecond(value: number): string {
  if (value === 0) return '0';
  return value < 9.95 ? value.toFixed(1) : formatCount(Math.round(value));
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Clock time of a moment, 12:04:51. */
export function formatClock(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** The exact moment, in the reader's zone, to the millisecond. */
export function formatExact(at: number): string {
  const date = new Date(at);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${formatClock(at)}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** An address and port as URLs spell them: IPv6 in brackets. */
export function formatEndpoint(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** A share, 0 to 1, as a whole percentage that is 0 or 100 only when it is so. */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.01) return '<1%';
  if (share > 0.99 && share < 1) return '99%';
  return `${Math.round(share * 100)}%`;
}

const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text from a peer, for the eye: control, format and direction characters become a visible mark. */
export function visibleText(text: string): string {
  return text.replace(HIDDEN, '\u{fffd}');
}

/** A reputation: "+12", "0", "−1,024" with a true minus. */
export function formatScore(score: number): string {
  if (score === 0) return '0';
  return `${score > 0 ? '+' : '\u2212'}${formatCount(Math.abs(Math.round(score)))}`;
}

/** The parts of an endpoint as `formatEndpoint` writes it; null when it is none. */
export function splitEndpoint(text: string): { readonly ip: string; readonly port: number } | null {
  const found = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const ip = found?.[1] ?? found?.[2];
  return ip === undefined ? null : { ip, port: Number(found?.[3]) };
}
