import { networkInterfaces } from 'node:os';
import { canonicalIp } from '../base/ip.ts';

/** Addresses of the machine's interfaces in canonical text, including loopback and link-local. */
export function machineAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .map(({ address }) => canonicalIp(address))
    .filter((ip) => ip !== undefined);
}
