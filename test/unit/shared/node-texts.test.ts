import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parseEnode } from '../../../shared/enode.ts';
import { splitNodeTexts, strayPartOf } from '../../../shared/node-texts.ts';
import { parseNode } from '../../../src-main/node-record/node-factory.ts';
import { SOME_ENODE } from '../../support/fake-backend.ts';

const A = SOME_ENODE;
const B = 'enr:-abc_1';

describe('a list of nodes', () => {
  test.each([
    [
      `${A},${B}`,
      [
        [1, A],
        [1, B],
      ],
    ],
    [
      `${A},\n${B},\n`,
      [
        [1, A],
        [2, B],
      ],
    ],
    [
      `${A} # my peer, the old one\n# ${B}\n#${B}\n${B}# x`,
      [
        [1, A],
        [4, B],
      ],
    ],
    [
      `\uFEFF"${A}",\r\n'${B}'\r\r`,
      [
        [1, A],
        [2, B],
      ],
    ],
    [
      `  ${A}\t${B}  ;;, ${B}`,
      [
        [1, A],
        [1, B],
        [1, B],
      ],
    ],
    [`${A} my peer`, [[1, `${A} my peer`]]],
    ['', []],
    [' , ,\n#', []],
  ] as const)('%j', (text, nodes) => {
    expect(splitNodeTexts(text).map(({ line, text: node }) => [line, node])).toEqual(nodes);
  });

  it('is split without loss or change, with any separators', () => {
    const separator = fc.constantFrom(
      ',',
      ', ',
      ' ,',
      '\n',
      '\r\n',
      ',\n',
      ';',
      ' ',
      '\t',
      ' # a remark, enode://x\n',
      '\n\n',
    );
    const node = fc.constantFrom(A, B, `"${A}"`, `${A}?discport=7`);
    fc.assert(
      fc.property(fc.array(fc.tuple(node, separator)), (parts) => {
        const found = splitNodeTexts(parts.map((part) => part.join('')).join(''));
        expect(found.map(({ text }) => text)).toEqual(parts.map(([text]) => text.replaceAll('"', '')));
      }),
    );
  });
});

describe('a single node with extra characters', () => {
  test.each([
    [`${A},`, /comma at the end/],
    [`${A} , `, /comma at the end/],
    [`${A},${A}`, /contains a comma/],
    [`${A} # my peer`, /comment after the node/],
    [`${A} // mine`, /comment after the node/],
    [`"${A}"`, /quotes/],
    [`${A} ${A}`, /contains white space/],
    [`${B},`, /comma at the end/],
    [`${B} # mine`, /comment after the node/],
  ])('%j is refused by name', (text, reason) => {
    expect(() => parseNode(text)).toThrow(reason);
    if (text.startsWith('enode:'))
      expect(parseEnode(text)).toMatchObject({ ok: false, message: expect.stringMatching(reason) as string });
  });

  it('is accepted without them, with any query of a URL', () => {
    expect(parseEnode(`${A}?x=1,2`).ok).toBe(true);
    expect(strayPartOf(A)).toBeUndefined();
    expect(() => parseNode('nonsense')).toThrow('starts with enode:// or enr:');
  });
});
