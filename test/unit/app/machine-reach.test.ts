import { describe, expect, it } from 'vitest';
import { hasAddressFor, machineFamilies } from '../../../src-main/app/machine-reach.ts';

const ipv4Only = ['127.0.0.1', '::1', '192.168.1.5', 'fe80::1'];
const both = [...ipv4Only, '2600::5'];

describe('the addresses of the machine', () => {
  it.each([
    ['8.8.8.8', true, true],
    ['2600::1', false, true],
    ['::1', true, true],
    ['127.0.0.9', true, true],
    ['fe80::9', true, true],
    ['10.0.0.1', true, true],
  ])('reach %s', (ip, withIpv4, withBoth) => {
    expect([hasAddressFor(ip, ipv4Only), hasAddressFor(ip, both)]).toEqual([withIpv4, withBoth]);
  });

  it('reach nothing of a family that has loopback only', () => {
    expect(hasAddressFor('8.8.8.8', ['127.0.0.1'])).toBe(false);
    expect(hasAddressFor('10.0.0.1', ['127.0.0.1'])).toBe(false);
  });

  it('are of the families with an address that others can reach', () => {
    expect(machineFamilies(ipv4Only)).toEqual(['ipv4']);
    expect(machineFamilies(both)).toEqual(['ipv4', 'ipv6']);
  });
});
