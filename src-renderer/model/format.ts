/* Figures and times in the window's words. Sizes are decimal (kB, MB), rates per second, durations at most two units. */

const GROUPED = new Intl.NumberFormat('en');
const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** 23817402 as 23,817,402; takes decimal text too, for numbers beyond 2^53. */
export function formatCount(value: number | string): string {
  return GROUPED.format(typeof value === 'number' ? value : BigInt(value));
}

/** 214000 as 214 kB; three significant digits at most. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(value) : trimmed(value)} ${BYTE_UNITS[unit]}`;
}

/** Bytes per second. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** Packets a second: one decimal under ten. */
export function formatPerSecond(value: number): string {
  if (value === 0) return '0';
  return value < 9.95 ? value.toFixed(1) : formatCount(Math.round(value));
}

const trimmed = (value: number): string =>
  value < 9.95 ? value.toFixed(1).replace(/\.0$/, '') : value.toFixed(0);

const SPANS: readonly (readonly [seconds: number, unit: string])[] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
];

/** How long, in at most two units: "2 d 4 h", "41 min", "38 s". */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return hours > 0 && days < 10 ? `${days} d ${hours} h` : `${days} d`;
  if (hours > 0) return minutes > 0 && hours < 10 ? `${hours} h ${minutes} min` : `${hours} h`;
  return minutes > 0 ? `${minutes} min` : `${seconds} s`;
}

/** Milliseconds with the precision that matters: "31 ms", "1.9 s". */
export function formatMs(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** "2 min ago", "in 18 min", "now". */
export function formatRelative(at: number, now: number): string {
  const distance = Math.abs(at - now);
  if (distance < 1_000) return 'now';
  const largest = SPANS.find(([seconds]) => distance >= seconds * 1_000);
  const text =
    largest === undefined
      ? `${Math.floor(distance / 1_000)} s`
      : `${Math.floor(distance / (largest[0] * 1_000))} ${largest[1]}`;
  return at > now ? `in ${text}` : `${text} ago`;
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

/** Shortened in the middle: "73b1dfb09d2c…552c5066". */
export function shorten(text: string, head = 8, tail = 8): string {
  return text.length <= head + tail + 1 ? text : `${text.slice(0, head)}…${text.slice(-tail)}`;
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
