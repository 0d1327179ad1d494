import { localityScore } from '../base/ip.ts';

/** Whether nodes out there could reach an address: neither private, nor shared, nor special. */
export function isOfTheInternet(ip: string): boolean {
  return localityScore(ip) === 4;
}
