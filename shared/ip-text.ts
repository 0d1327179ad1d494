/* IP addresses as text and bytes, for browser and Node. Strict: no leading zeros, no zone IDs, no short forms of IPv4. */

/** Character code of "0". */
const DIGIT_ZERO = 0x30;

/** The 4 bytes of an IPv4 address; undefined for anything but four decimal numbers without leading zeros. */
export function parseIpv4(text: string): Uint8Array | undefined {
  if (text.length < 7 || text.length > 15) return undefined;
  const bytes = new Uint8Array(4);
  let place = 0;
  let value = 0;
  let digits = 0;
  // Character by character because this is a hot path: it runs for every packet and every ENR.
  for (let at = 0; at <= text.length; at++) {
    const digit = text.charCodeAt(at) - DIGIT_ZERO;
    if (digit >= 0 && digit <= 9) {
      if (digits > 0 && value === 0) return undefined;
      value = 10 * value + digit;
      digits++;
      if (value > 255) return undefined;
    } else {
      const isSeparated = at === text.length ? place === 3 : place < 3 && text[at] === '.';
      if (digits === 0 || !isSeparated) return undefined;
      bytes[place++] = value;
      value = 0;
      digits = 0;
    }
  }
  return bytes;
}

/** Longest text of an IPv6 address: six groups of four digits and a dotted IPv4 address. */
const MAX_IPV6_TEXT = 45;

/**
 * The 16 bytes of an IPv6 address, or undefined. A zone ID ("%eth0") is refused because it is local to one machine.
 * @see https://www.rfc-editor.org/rfc/rfc4291#section-2.2
 */
export function parseIpv6(text: string): Uint8Array | undefined {
  if (text.length < 2 || text.length > MAX_IPV6_TEXT) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const length = head.length + tail.length;
  // "::" replaces at least one group of zeros.
  if (halves.length === 1 ? length !== 16 : length > 14) return undefined;
  const bytes = new Uint8Array(16);
  bytes.set(head);
  bytes.set(tail, 16 - tail.length);
  return bytes;
}

/** Bytes of colon-separated groups; with `mayEndDotted` the last group may be a dotted IPv4 address. */
function parseGroups(text: string, mayEndDotted: boolean): number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  const bytes: number[] = [];
  for (const [at, group] of groups.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
      continue;
    }
    const dotted = mayEndDotted && at === groups.length - 1 ? parseIpv4(group) : undefined;
    if (dotted === undefined) return undefined;
    bytes.push(...dotted);
  }
  return bytes;
}

/** Whether `bytes` are an IPv4-mapped IPv6 address (::ffff:a.b.c.d). */
export function isMappedIpv4(bytes: Uint8Array): boolean {
  return (
    bytes.length === 16 &&
    bytes[10] === 0xff &&
    bytes[11] === 0xff &&
    bytes.subarray(0, 10).every((b) => b === 0)
  );
}

/** The bytes of an address of either family, 4 or 16; an IPv4-mapped IPv6 address gives 4. */
export function parseIp(text: string): Uint8Array | undefined {
  if (!text.includes(':')) return parseIpv4(text);
  const bytes = parseIpv6(text);
  return bytes !== undefined && isMappedIpv4(bytes) ? bytes.slice(12) : bytes;
}

/**
 * Canonical text of 4 or 16 address bytes: dotted IPv4, also for IPv4-mapped; IPv6 as in RFC 5952.
 * Undefined for any other number of bytes.
 * @see https://www.rfc-editor.org/rfc/rfc5952#section-4
 */
export function formatIp(bytes: Uint8Array): string | undefined {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) return undefined;
  if (isMappedIpv4(bytes)) return bytes.subarray(12).join('.');
  const groups: number[] = [];
  for (let at = 0; at < 16; at += 2) groups.push((bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0));
  const { start, length } = longestZeroRun(groups);
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  if (length < 2) return text(groups);
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let at = 0; at <= groups.length; at++) {
    if (groups[at] === 0) continue;
    if (at - start > best.length) best = { start, length: at - start };
    start = at + 1;
  }
  return best;
}

/** The canonical text of an address; undefined if `text` is not one. */
export function canonicalIpText(text: string): string | undefined {
  const bytes = parseIp(text);
  return bytes === undefined ? undefined : formatIp(bytes);
}
