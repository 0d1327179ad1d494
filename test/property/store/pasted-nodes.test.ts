import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NODE_LISTS } from '../../../shared/model/node-list.ts';
import { NodeTextError } from '../../../src-main/node-record/node-factory.ts';
import { nodeOfPasted, parsePastedNodes } from '../../../src-main/store/pasted-nodes.ts';
import { SOME_ENODE } from '../../support/fake-backend.ts';

const piece = fc.constantFrom(
  ...[SOME_ENODE, 'enr:-abc', 'enode://12@1.2.3.4:5', '# label', ',', ';', '\n', '\r\n', '\r', ' ', '"', "'"],
  ...[
    '[',
    ']',
    '{',
    '}',
    ':',
    '"record"',
    '"static"',
    '"node"',
    'null',
    '7',
    '[Node.P2P]\n',
    'StaticNodes = [',
  ],
  ...['\uFEFF', '\u2028', '\u202e', '\u0000', '\ud800', '`', '…'],
);
const text = fc.oneof(
  fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.json({ maxDepth: 4 }),
);

describe('a pasted text', () => {
  it('never throws; its nodes have a place, bounded labels, and parse or are refused', () => {
    fc.assert(
      fc.property(
        text,
        fc.constantFrom(...NODE_LISTS),
        fc.integer({ min: 1, max: 5 }),
        (source, list, limit) => {
          const { nodes, more } = parsePastedNodes(source, list, limit);
          expect(nodes.length).toBeLessThanOrEqual(limit);
          expect(more).toBeGreaterThanOrEqual(0);
          for (const pasted of nodes) {
            expect(pasted.line).toBeGreaterThan(0);
            expect(pasted.column ?? 1).toBeGreaterThan(0);
            expect(pasted.label?.length ?? 1).toBeLessThanOrEqual(256);
            expect(pasted.label ?? 'a').toMatch(/^\S/);
            try {
              nodeOfPasted(pasted);
            } catch (error) {
              expect(error).toBeInstanceOf(NodeTextError);
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('has each node of a list of lines at its place', () => {
    const line = fc.tuple(fc.nat(3), fc.constantFrom('', ' # a label', '  #x', ' '), fc.boolean());
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n', '\r'), (lines, end) => {
        const written = lines.map(
          ([indent, tail, has]) => `${' '.repeat(indent)}${has ? SOME_ENODE : ''}${tail}`,
        );
        const { nodes } = parsePastedNodes(written.join(end), 'static');
        expect(nodes.map(({ line: at, column, label }) => [at, column, label])).toEqual(
          lines.flatMap(([indent, tail, has], at) =>
            has ? [[at + 1, indent + 1, tail.replace(/^ *#? ?/, '') || null]] : [],
          ),
        );
      }),
    );
  });

  it('has the same nodes as lines, as JSON and as TOML', () => {
    const texts = fc.array(fc.stringMatching(/^[!-~]{1,20}$/).filter((each) => !/[",;#'[{=\\]/.test(each)));
    fc.assert(
      fc.property(texts, (found) => {
        const unique = [...new Set(found)];
        const read = (source: string) => parsePastedNodes(source, 'static').nodes.map((node) => node.text);
        const json = JSON.stringify(unique, undefined, 2);
        expect(read(json)).toEqual(unique);
        expect(read(`[Node.P2P]\nStaticNodes = ${json}`)).toEqual(unique);
        if (!/^\[|=/.test(unique[0] ?? '')) expect(read(unique.join('\n'))).toEqual(unique);
      }),
    );
  });
});
