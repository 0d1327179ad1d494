import { isSpecial, localityScore, parseNetList } from '../leaf/ip.ts';

/** What providers number their customers' routers from when they translate addresses themselves (RFC 6598). */
const SHARED = parseNetList('100.64.0.0/10');

/** Whether nodes out there could reach an address: neither private, nor shared, nor special. */
export function isOfTheInternet(ip: string): boolean {
  return localityScore(ip) === 4 && !SHARED.contains(ip) && !isSpecial(ip);
}
