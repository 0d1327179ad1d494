import { describe, expect, test } from 'vitest';
import { recordView } from '../../../src-main/api/record-view.ts';
import { bytesToHex, hexToBytes } from '../../../src-main/base/bytes.ts';
import { publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { RawRlp } from '../../../src-main/base/rlp.ts';
import { enrToText, signEnr, type EnrEntries } from '../../../src-main/node-record/enr.ts';

const KEY = hexToBytes('b71c71a67e1177ad4e901695e1b4b9ee17ae16c6668d313eac2f96dbcda3f291');

/** The example of EIP-778. */
const EXAMPLE =
  'enr:-IS4QHCYrYZbAKWCBRlAy5zzaDZXJBGkcnh4MHcBFZntXNFrdvJjX04jRzjzCBOonrkTfj499SZuOh8R33Ls8RRcy5wBgmlkgnY0gmlwhH8AAAGJc2VjcDI1NmsxoQPKY0yuDUmstAHYpMa2_oxVtw0RW_QAdpzBQA8yWM0xOIN1ZHCCdl8';
/** A bootnode of the beacon chain. */
const BEACON =
  'enr:-Ku4QHqVeJ8PPICcWk1vSn_XcSkjOkNiTg6Fmii5j6vUQgvzMc9L1goFnLKgXqBJspJjIsB91LTOleFmyWWrFVATGngBh2F0dG5ldHOIAAAAAAAAAACEZXRoMpC1MD8qAAAAAP__________gmlkgnY0gmlwhAMRHkWJc2VjcDI1NmsxoQKLVXFOhp2uX6jeT0DvvDpPcU8FWMjQdR4wMuORMhpX24N1ZHCCIyg';

const viewOf = (entries: EnrEntries) => recordView(enrToText(signEnr(entries, 7n, KEY)));
const valuesOf = (entries: EnrEntries) =>
  Object.fromEntries(viewOf(entries).entries.map(({ key, value }) => [key, value]));

describe('recordView', () => {
  test('decodes the example of EIP-778', () => {
    expect(recordView(`  ${EXAMPLE}\n`)).toEqual({
      text: EXAMPLE,
      id: 'a448f24c6d18e575453db13171562b71999873db5b286df957af199ec94617f7',
      seq: '1',
      size: 134,
      scheme: 'v4',
      signature:
        '0x7098ad865b00a582051940cb9cf36836572411a47278783077011599ed5cd16b76f2635f4e234738f30813a89eb9137e3e3df5266e3a1f11df72ecf1145ccb9c',
      enode: `enode://${bytesToHex(publicKeyOf(KEY))}@127.0.0.1:0?discport=30303`,
      entries: [
        { key: 'id', value: 'v4', raw: '0x827634', meaning: 'Identity scheme' },
        { key: 'ip', value: '127.0.0.1', raw: '0x847f000001', meaning: 'IPv4 address' },
        {
          key: 'secp256k1',
          value: '0x03ca634cae0d49acb401d8a4c6b6fe8c55b70d115bf400769cc1400f3258cd3138',
          raw: '0xa103ca634cae0d49acb401d8a4c6b6fe8c55b70d115bf400769cc1400f3258cd3138',
          meaning: 'Public key, compressed',
        },
        { key: 'udp', value: '30303', raw: '0x82765f', meaning: 'UDP port, discovery' },
      ],
    });
  });

  test('decodes a record of the beacon chain', () => {
    const { entries, enode } = recordView(BEACON);
    const values = Object.fromEntries(entries.map(({ key, value }) => [key, value]));
    expect(values).toMatchObject({
      attnets: 'none',
      eth2: '0xb5303f2a, no next fork with version 0x00000000',
      ip: '3.17.30.69',
      udp: '9000',
    });
    expect(enode).toMatch(/@3\.17\.30\.69:0\?discport=9000$/);
  });

  test('decodes the entries of each layer', () => {
    const hash = hexToBytes('07c9462e');
    expect(
      valuesOf({
        eth: [[hash, 1_710_338_135n]],
        snap: [],
        les: [1],
        client: ['Enodeck', '0.2.0', 'abc'],
        attnets: hexToBytes('0300000000000080'),
        syncnets: hexToBytes('0f'),
        cgc: 128,
        nfd: hexToBytes('01020304'),
        quic: 9001,
        ip6: hexToBytes('20010db8000000000000000000000007'),
        tcp6: 30303,
      }),
    ).toMatchObject({
      eth: '0x07c9462e, next at 2024-03-13T13:55:35Z',
      snap: 'yes',
      les: 'yes',
      client: 'Enodeck 0.2.0 abc',
      attnets: '0, 1, 63',
      syncnets: '0, 1, 2, 3',
      cgc: '128',
      nfd: '0x01020304',
      quic: '9001',
      ip6: '2001:db8::7',
      tcp6: '30303',
    });
  });

  test.each([
    [0n, '0x07c9462e, no next fork'],
    [15_050_000n, '0x07c9462e, next at block 15050000'],
    [2n ** 64n - 1n, '0x07c9462e, next at 18446744073709551615'],
  ])('shows the time of the next fork: %s', (next, value) => {
    expect(valuesOf({ eth: [[hexToBytes('07c9462e'), next]] })['eth']).toBe(value);
  });

  test('ignores additional items of later versions', () => {
    const forkId = [hexToBytes('07c9462e'), 0n];
    expect(valuesOf({ eth: [forkId, 7, 'more'], snap: [1, 2] })).toMatchObject({
      eth: '0x07c9462e, no next fork',
      snap: 'yes',
    });
  });

  test('has no enode for a node without an address', () => {
    expect(viewOf({}).enode).toBeNull();
  });

  test('returns the bytes of an unknown key without a meaning', () => {
    const view = viewOf({ zebra: new RawRlp(hexToBytes('c20102')) });
    expect(view.entries.at(-1)).toEqual({ key: 'zebra', value: null, raw: '0xc20102', meaning: null });
  });

  test('marks an invalid value of a known key', () => {
    const bad = viewOf({ ip: 'long', tcp: 70_000, eth: 'x', client: 'no list', attnets: 'short' });
    const broken = bad.entries.filter(({ meaning }) => meaning?.endsWith('; invalid value'));
    expect(broken.map(({ key, value }) => [key, value])).toEqual([
      ['attnets', null],
      ['client', null],
      ['eth', null],
      ['tcp', null],
    ]);
    expect(broken.map(({ raw }) => raw)).toContain('0x8573686f7274');
  });

  test('removes control characters and bidirectional marks from keys and texts', () => {
    const { entries } = viewOf({ 'a\u0001b\u0007': 1, c: 't\u202Eevil\n', client: ['\u0000x'] });
    expect(entries.map(({ key }) => key)).toContain('a b');
    expect(entries.find(({ key }) => key === 'c')?.value).toBe('t evil');
    expect(JSON.stringify(entries)).not.toMatch(/\\u00|\u202E/);
  });

  test.each([
    ['enode://aa@1.2.3.4:5', 'missing-prefix'],
    ['enr:', 'truncated'],
    ['enr:%%%', 'bad-base64'],
    [EXAMPLE.slice(0, -2), 'bad-base64'],
    [EXAMPLE.replace('H8AAAG', 'H8AAAW'), 'bad-signature'],
    [`enr:${'A'.repeat(500)}`, 'too-large'],
  ])('refuses an invalid record, with the reason: %.20s', (text, code) => {
    expect(() => recordView(text)).toThrow(expect.objectContaining({ code }));
  });
});
