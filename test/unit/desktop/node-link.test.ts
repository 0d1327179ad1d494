import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isNodeLink, readNodeLink } from '../../../src-main/desktop/node-link.ts';
import { SOME_ENODE } from '../../support/some-enode.ts';

/** @see https://eips.ethereum.org/EIPS/eip-778#test-vectors */
const RECORD =
  'enr:-IS4QHCYrYZbAKWCBRlAy5zzaDZXJBGkcnh4MHcBFZntXNFrdvJjX04jRzjzCBOonrkTfj499SZuOh8R33Ls8RRcy5wBgmlkgnY0gmlwhH8AAAGJc2VjcDI1NmsxoQPKY0yuDUmstAHYpMa2_oxVtw0RW_QAdpzBQA8yWM0xOIN1ZHCCdl8';

describe('a link', () => {
  test.each([
    [SOME_ENODE, SOME_ENODE],
    [`${SOME_ENODE}/`, SOME_ENODE],
    [SOME_ENODE.replace('enode', 'ENODE'), SOME_ENODE],
    [`${SOME_ENODE}?discport=30301`, `${SOME_ENODE}?discport=30301`],
    [RECORD, RECORD],
  ])('with a node gives its text: %#', (link, text) => {
    expect(readNodeLink(link)).toEqual({ ok: true, text });
  });

  test.each([
    ['enode://12ab@127.0.0.1:30303', 'The public key has 4 hex digits instead of 128'],
    [`${SOME_ENODE} --datadir=/tmp`, 'white space'],
    [`${SOME_ENODE},${SOME_ENODE}`, 'more than one node'],
    [`${SOME_ENODE}#enr:-x`, 'more than one node'],
    ['enr:', 'empty'],
    ['enr:-%2F..%2F', 'base64'],
    [`enode://${'a'.repeat(1_100)}`, 'longer than 1024 characters'],
  ])('without exactly one valid node is refused with its reason: %#', (link, reason) => {
    const result = readNodeLink(link);
    expect(result).toMatchObject({ ok: false });
    expect(JSON.stringify(result)).toContain(reason);
  });

  test('is recognised by its scheme alone', () => {
    expect(['enode://x', 'ENR:x', 'enode:'].map(isNodeLink)).toEqual([true, true, true]);
    expect(['enodes.json', 'file:///enode:', '/enr:', 'https://x', ''].map(isNodeLink)).not.toContain(true);
  });

  test('of any content never throws, and what it gives is short and has no white space or quote', () => {
    const anyLink = fc.tuple(
      fc.constantFrom('enode:', 'enr:', 'enode://', 'ENR:'),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(anyLink, ([scheme, rest]) => {
        const result = readNodeLink(scheme + rest);
        if (result.ok) expect(result.text).toMatch(/^(?:enode|enr):[^\s"'<>]{0,1018}$/);
      }),
    );
  });
});
