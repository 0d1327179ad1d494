import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToIp, formatNetwork, NetList, parseNetwork } from '../../../src-main/base/ip.ts';
import { BanError, parseBanTarget } from '../../../src-main/server/ban-target.ts';
import { openBans } from '../../support/memory-bans.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** Addresses with many common prefixes, so that a network contains some of them. */
const bytes = fc.oneof(
  fc.tuple(fc.constantFrom(10, 11), fc.constantFrom(0, 1, 255), fc.nat({ max: 3 }), fc.nat({ max: 255 })),
  fc.tuple(fc.constantFrom(0x20), ...Array.from({ length: 15 }, () => fc.constantFrom(0, 1, 0x80))),
);
const network = fc
  .tuple(bytes, fc.nat({ max: 1_000 }))
  .map(([address, draw]) => ({ bytes: Uint8Array.from(address), bits: 1 + (draw % (address.length * 8)) }));

describe('the ban list', () => {
  it('bans exactly the addresses in its networks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(network, { maxLength: 12 }),
        fc.array(fc.nat({ max: 11 }), { maxLength: 4 }),
        fc.array(bytes, { minLength: 1, maxLength: 12 }),
        async (networks, lifted, addresses) => {
          const bans = await openBans(new VirtualClock());
          const held = new Map<string, (typeof networks)[number]>();
          for (const one of networks) {
            try {
              const { id } = await bans.add(formatNetwork(one), 'forever', '');
              held.set(id, one);
            } catch (error) {
              if (!(error instanceof BanError)) throw error;
            }
          }
          for (const at of lifted) {
            const [id] = [...held.keys()].slice(at, at + 1);
            if (id === undefined) continue;
            await bans.remove(id);
            held.delete(id);
          }
          const expected = new NetList([...held.values()]);
          for (const address of addresses) {
            const ip = bytesToIp(Uint8Array.from(address)) ?? '';
            expect(bans.ofAddress(ip) !== undefined).toBe(expected.contains(ip));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the target of a ban', () => {
  it('parses or is refused with BanError for any text, and its value parses to the same target', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 80 }),
      network.map(formatNetwork),
      fc.stringMatching(/^[0-9a-f.:/]{0,40}$/),
    );
    fc.assert(
      fc.property(text, (given) => {
        try {
          const { target } = parseBanTarget(given, 'f'.repeat(64));
          expect(parseBanTarget(target.value, 'f'.repeat(64)).target).toEqual(target);
        } catch (error) {
          expect(error).toBeInstanceOf(BanError);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('has the same text for every address in a network', () => {
    fc.assert(
      fc.property(network, (one) => {
        const text = formatNetwork(one);
        expect(formatNetwork(parseNetwork(text))).toBe(text);
      }),
    );
  });
});
