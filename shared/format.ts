/* Numbers and IDs as the window, the log and the command line show them. */

/** A number with its thousands separated: "1,240". */
export function formatNumber(value: number | bigint): string {
  return value.toLocaleString('en');
}

/** A number with its noun: "1 node", "1,240 nodes". */
export function formatQuantity(value: number | bigint, noun: string, nouns = `${noun}s`): string {
  return `${formatNumber(value)} ${Number(value) === 1 ? noun : nouns}`;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes in decimal units with at most three digits: "0 B", "9.6 kB", "96 kB", "41.2 MB". */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return '–';
  let value = Math.max(0, bytes);
  let unit = 0;
  // 999.5 would be rounded to 1000.
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  // A tenth of a kilobyte is noise from 10 kB on, a tenth of a gigabyte is not.
  const decimalBelow = unit === 0 ? 0 : unit === 1 ? 9.95 : 99.95;
  const digits = value < decimalBelow ? value.toFixed(1) : String(Math.round(value));
  return `${digits} ${BYTE_UNITS[unit] ?? ''}`;
}

/** Bytes per second: "214 kB/s". */
export function formatByteRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A duration in milliseconds: "<1 ms", "260 ms", "1.9 s", "41 s", "4 min", "18 h", "2 d 4 h". Minutes and longer are rounded down. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  const length = Math.max(0, ms);
  if (length < 0.5) return '<1 ms';
  if (length < 999.5) return `${String(Math.round(length))} ms`;
  if (length < 9_950) return `${(length / SECOND).toFixed(1)} s`;
  if (length < MINUTE - SECOND / 2) return `${String(Math.round(length / SECOND))} s`;
  if (length < HOUR) return `${String(Math.max(1, Math.floor(length / MINUTE)))} min`;
  if (length < DAY) return `${String(Math.floor(length / HOUR))} h`;
  const hours = Math.floor((length % DAY) / HOUR);
  const days = `${String(Math.floor(length / DAY))} d`;
  return hours === 0 ? days : `${days} ${String(hours)} h`;
}

/** The time `at` relative to `now`, both Unix milliseconds: "now", "12 s ago", "in 5 min". */
export function formatRelativeTime(at: number, now: number): string {
  const distance = Math.abs(now - at);
  if (distance < SECOND) return 'now';
  // Whole seconds: tenths would flicker.
  const rounded = formatDuration(distance < MINUTE ? Math.max(10 * SECOND, distance) : distance);
  const shown = distance < 9_500 ? `${String(Math.round(distance / SECOND))} s` : rounded;
  return at <= now ? `${shown} ago` : `in ${shown}`;
}

/** An ID shortened in the middle, without 0x: "9c4e…17fa". Text that is not longer than the result is unchanged. */
export function shortId(id: string, head = 4, tail = 4): string {
  const text = id.startsWith('0x') ? id.slice(2) : id;
  return text.length <= head + tail + 1 ? text : `${text.slice(0, head)}…${text.slice(text.length - tail)}`;
}

/** A fraction from 0 to 1 as a percentage: "0%", "0.4%", "37%". */
export function formatPercent(fraction: number): string {
  if (!Number.isFinite(fraction)) return '–';
  const percent = fraction * 100;
  return percent > 0 && percent < 9.95 ? `${percent.toFixed(1)}%` : `${String(Math.round(percent))}%`;
}
