import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { NodeTextError, nodeTextOf } from '../../../src-main/node-record/node-factory.ts';
import { nodeOfPasted, parsePastedNodes } from '../../../src-main/store/pasted-nodes.ts';
import { signedNode } from '../../support/crawled.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

const A = `enode://${'ab'.repeat(64)}@192.0.2.1:30303`;
const B = `enode://${'cd'.repeat(64)}@192.0.2.2:30303`;
const vector = (name: string): Promise<string> =>
  readFile(new URL(`../../vectors/cases/lists/${name}`, import.meta.url), 'utf8');
const shape = (text: string) =>
  parsePastedNodes(text, 'static').nodes.map(({ line, column, text: node, label }) => [
    line,
    column,
    node,
    label,
  ]);

describe('a pasted text', () => {
  it('has nodes by line and character, with the comment behind a node as its label', () => {
    const text = `# mine\r\n${A} # archive-2\r\n\r\n  ${B},${A}# two\r\nnonsense`;
    expect(shape(text)).toEqual([
      [2, 1, A, 'archive-2'],
      [4, 3, B, null],
      [4, 4 + B.length, A, null],
      [5, 1, 'nonsense', null],
    ]);
  });

  it('gives the place of a node within quotes', () => {
    expect(shape(`  "${A}" # x`)).toEqual([[1, 4, A, 'x']]);
  });

  it.each([
    ['comma-line-end.txt', 1],
    ['comma-one-line.txt', 2],
    ['inline-comment.txt', 1],
  ])('can be %s', async (name, count) => {
    const { nodes } = parsePastedNodes(await vector(name), 'static');
    expect(nodes).toHaveLength(count);
    expect(nodes.every(({ fault }) => fault === null)).toBe(true);
  });

  it('can be static-nodes.json, with the lines of its errors', () => {
    const { format, nodes } = parsePastedNodes(`[\n  "${A}",\n  7,\n  "x"\n]`, 'static');
    expect(format).toBe('json');
    expect(nodes.map(({ line, text, fault }) => [line, text, fault])).toEqual([
      [2, A, null],
      [3, '', 'a text in double quotes is expected'],
      [4, 'x', null],
    ]);
  });

  it('names the line and the character of an error of JSON', async () => {
    expect(parsePastedNodes(await vector('trailing-comma.json'), 'static').nodes).toMatchObject([
      { line: 2, fault: expect.stringContaining('comma') as string },
    ]);
    expect(parsePastedNodes('[\n"a",\n]', 'static').nodes).toMatchObject([
      { line: 2, column: 4, fault: 'the comma before ] has nothing after it: remove it' },
    ]);
    expect(parsePastedNodes('[1', 'static').nodes[0]?.fault).toEqual(expect.any(String));
  });

  it('can be geth’s TOML: the chosen list of it, and the number of nodes of the others', () => {
    const text = `# mine\n[Node.P2P]\nMaxPeers = -1\nTrustedNodes = ["x", "y"]\nStaticNodes = [\n "${A}",\n "no"\n]\n`;
    const { format, nodes, lists } = parsePastedNodes(text, 'static');
    expect({ format, lists }).toEqual({ format: 'toml', lists: { bootnodes: 0, static: 2, trusted: 2 } });
    expect(nodes.map(({ line, text: node }) => [line, node])).toEqual([
      [6, A],
      [7, 'no'],
    ]);
    expect(parsePastedNodes(text, 'bootnodes').nodes).toMatchObject([
      { line: 1, fault: 'there is no BootstrapNodes in a table [Node.P2P]' },
    ]);
    expect(parsePastedNodes('[Node.P2P]\nStaticNodes = [', 'static').nodes).toMatchObject([
      { line: 2, fault: expect.stringContaining('TOML') as string },
    ]);
  });

  it('can be nodes.json of a crawl, whose record must be of the node that it is filed under', () => {
    const random = new SeededRandom(5);
    const node = signedNode(random);
    const [first, second] = [nodeTextOf(node), nodeTextOf(signedNode(random))];
    const entry = (id: string, record: unknown): string =>
      `"${id}": {"seq": 1, "record": ${JSON.stringify(record)}}`;
    const id = node.idHex;
    const text = `{\n${[entry(id, first), entry('ff'.repeat(32), second), entry('x', second), entry('ee'.repeat(32), 7)].join(',\n')}\n}`;
    const { format, nodes } = parsePastedNodes(text, 'static');
    expect(format).toBe('crawl');
    expect(nodes.map(({ line, fault }) => [line, fault])).toEqual([
      [2, null],
      [3, null],
      [4, 'a node ID of 64 hex digits is expected as the name'],
      [5, 'the node has no record'],
    ]);
    expect(nodeOfPasted(nodes[0]!).idHex).toBe(id);
    for (const pasted of nodes.slice(1)) expect(() => nodeOfPasted(pasted)).toThrow(NodeTextError);
  });

  it('can be the file of the lists, with the labels', () => {
    const text = JSON.stringify({
      version: 1,
      bootnodes: [],
      static: [{ node: A, name: 'my node', added: '2026-01-01T00:00:00Z' }, 7],
      trusted: [{ node: B, name: null, added: '2026-01-01T00:00:00Z' }],
    });
    const { format, nodes, lists } = parsePastedNodes(text, 'static');
    expect({ format, lists }).toEqual({ format: 'lists', lists: { bootnodes: 0, static: 2, trusted: 1 } });
    expect(nodes).toMatchObject([
      { text: A, label: 'my node', fault: null },
      { fault: 'an entry with the text of its node is expected' },
    ]);
  });

  it('has nodes up to a limit, and the number of the rest', () => {
    const lines = Array.from({ length: 12 }, (_, at) => `n${String(at)}`);
    for (const text of [lines.join('\n'), JSON.stringify(lines)]) {
      const { nodes, more } = parsePastedNodes(text, 'static', 10);
      expect([nodes.length, more]).toEqual([10, 2]);
    }
  });

  it('may have no node', () => {
    for (const text of ['', '  \n# x\n', '[]', '{}'])
      expect(parsePastedNodes(text, 'static').nodes).toEqual([]);
  });
});
