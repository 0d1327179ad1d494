import { describe, expect, it } from 'vitest';
import { BASE_PROTOCOL_LENGTH, negotiate, type Capability } from '../../../src-main/p2p/capabilities.ts';
import { ETH_VERSIONS } from '../../../src-main/eth/versions.ts';
import { readVectors } from '../../support/vectors.ts';

interface Sized extends Capability {
  length: number;
}
const { capabilities } = readVectors<{
  capabilities: {
    baseProtocolLength: number;
    matching: { remote: Capability[]; local: Sized[]; match: (Capability & { offset: number })[] }[];
    ethNegotiation: { ownHighest: number; remote: [string, number][]; expect: number }[];
  };
}>('rlpx.json');

describe('capability negotiation', () => {
  it('reserves the codes of the base protocol', () => {
    expect(BASE_PROTOCOL_LENGTH).toBe(capabilities.baseProtocolLength);
  });

  it.each(capabilities.matching.map((entry, index) => ({ index, ...entry })))(
    'matches case $index of go-ethereum',
    ({ remote, local, match }) => {
      const found = negotiate(local, remote).map(({ protocol, offset }) => ({
        name: protocol.name,
        version: protocol.version,
        offset,
      }));
      expect(found).toEqual(match);
    },
  );

  it.each(capabilities.ethNegotiation)(
    'selects eth/$expect when our highest version is $ownHighest',
    ({ ownHighest, remote, ...rest }) => {
      const ours = [63, 64, 65].filter((version) => version <= ownHighest);
      const found = negotiate(
        ours.map((version) => ({ name: 'eth', version, length: 17 })),
        remote.map(([name, version]) => ({ name, version })),
      );
      expect(found.map(({ protocol }) => protocol.version)).toEqual([rest.expect]);
    },
  );

  it('assigns codes in alphabetical order of the names, for any order of registration', () => {
    const ours = [
      { name: 'snap', version: 1, length: 8 },
      { name: 'eth', version: 68, length: ETH_VERSIONS[68].length },
      { name: 'eth', version: 69, length: ETH_VERSIONS[69].length },
    ];
    expect(
      negotiate(ours, ours).map(({ protocol, offset }) => [protocol.name, protocol.version, offset]),
    ).toEqual([
      ['eth', 69, 16],
      ['snap', 1, 34],
    ]);
  });
});
