import { ipFamily, isLan, isLoopback, localityScore } from '../base/ip.ts';
import type { AddressFamily } from '../base/network.ts';
import { machineAddresses } from './machine-addresses.ts';

/** The address families of this machine, loopback and link-local addresses left out. */
export function machineFamilies(own: readonly string[] = machineAddresses()): readonly AddressFamily[] {
  return [...new Set(own.filter((ip) => localityScore(ip) >= 3).map(ipFamily))].sort();
}

/**
 * Whether this machine has an address from which `ip` can be reached: loopback for loopback, any of the family for a local
 * network, else one that is neither loopback nor link-local. A route is not proven by it.
 */
export function hasAddressFor(ip: string, own: readonly string[] = machineAddresses()): boolean {
  const ofFamily = own.filter((each) => ipFamily(each) === ipFamily(ip));
  if (isLoopback(ip)) return ofFamily.some(isLoopback);
  const others = ofFamily.filter((each) => !isLoopback(each));
  return isLan(ip) ? others.length > 0 : others.some((each) => localityScore(each) >= 3);
}
