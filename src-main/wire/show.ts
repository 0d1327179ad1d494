/** Values as text for people. */
import { formatDuration, formatNumber, shortId } from '../../shared/format.ts';
import { bytesToHex, to0x } from '../base/bytes.ts';
import { bytesToIp } from '../base/ip.ts';
import type { BytesSchema, Unit, UintSchema } from './schema.ts';

/** Bytes that the tree shows of a long byte string; the hex view has all of them. */
const SHOWN_BYTES = 64;
/** Integers up to this have a date: the year 2106. Above it a timestamp is shown as a number only. */
const MAX_TIMESTAMP = 0xffff_ffffn;
const WEI_PER_GWEI = 1_000_000_000n;
const WEI_PER_ETHER = 1_000_000_000_000_000_000n;

/** A value and the note beside it. */
export interface Shown {
  readonly value: string;
  readonly note: string | null;
}

/** An integer by its unit. */
export function showUint(value: bigint, unit: Unit): Shown {
  switch (unit) {
    case 'wei':
      return { value: showWei(value), note: null };
    case 'gwei':
      return { value: showWei(value * WEI_PER_GWEI), note: null };
    case 'timestamp':
      return showTimestamp(value);
    case 'milliseconds':
      return { value: formatNumber(value), note: formatDuration(Number(value)) };
    case 'port':
      return { value: String(value), note: null };
    case 'number':
    case 'block':
    case 'gas':
    case 'seconds':
    case 'bytes':
      return { value: formatNumber(value), note: null };
  }
}

function showTimestamp(value: bigint): Shown {
  if (value > MAX_TIMESTAMP) return { value: formatNumber(value), note: null };
  const date = new Date(Number(value) * 1_000).toISOString();
  return { value: date.slice(0, 19).replace('T', ' '), note: String(value) };
}

/** "7.312 gwei", "1.5 ether", "12 wei": exact, without trailing zeros. */
function showWei(value: bigint): string {
  if (value >= WEI_PER_ETHER / 1_000n) return `${decimal(value, WEI_PER_ETHER)} ether`;
  if (value >= WEI_PER_GWEI / 1_000n) return `${decimal(value, WEI_PER_GWEI)} gwei`;
  return `${String(value)} wei`;
}

function decimal(value: bigint, unit: bigint): string {
  const digits = String(unit).length - 1;
  const fraction = String(value % unit)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  const whole = formatNumber(value / unit);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** Bytes as hex, a long byte string shortened to its first bytes. */
export function showBytes(value: Uint8Array, show?: BytesSchema['show']): Shown {
  if (show !== undefined) return { value: show(value), note: null };
  if (value.length <= SHOWN_BYTES) return { value: to0x(value), note: null };
  return {
    value: `${to0x(value.subarray(0, SHOWN_BYTES))}…`,
    note: `first ${String(SHOWN_BYTES)} of ${formatNumber(value.length)} bytes`,
  };
}

/** The hex of a value, for a summary: "0x8f21…c07a". */
export function shortHex(value: Uint8Array): string {
  return `0x${shortId(bytesToHex(value))}`;
}

/** "uint64", "gas", "port". */
export function uintType({ bits, unit }: UintSchema): string {
  switch (unit) {
    case 'number':
    case 'port':
      return `uint${String(bits)}`;
    case 'block':
      return 'block number';
    default:
      return unit;
  }
}

/** An address of 4 or 16 bytes; other lengths are no address. */
export function showIp(value: Uint8Array): string {
  if (value.length === 0) return 'none';
  return bytesToIp(value) ?? to0x(value);
}
