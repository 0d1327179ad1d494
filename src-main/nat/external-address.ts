import { localityScore } from '../base/ip.ts';

/** Whether an address is public: not private, shared or special-purpose. */
export function isPublicAddress(ip: string): boolean {
  return localityScore(ip) === 4;
}
