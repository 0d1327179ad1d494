import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentOf } from '../../../../src-renderer/model/opened-text.ts';
import { headerLine } from '../../../../src-main/export/json-lines.ts';
import { SOME_ENODE } from '../../../support/fake-backend.ts';

describe('an opened text is recognised by its content', () => {
  test.each([
    [SOME_ENODE, 'nodes'],
    [`# my nodes\r\n\r\n  # more\n${SOME_ENODE} # label`, 'nodes'],
    [`\uFEFF["${SOME_ENODE}"]`, 'nodes'],
    ['enr:-IS4Q', 'nodes'],
    ['{ "version": 1, "static": [] }', 'nodes'],
    ['[]', 'nodes'],
    ['[Node.P2P]\nStaticNodes = []', 'settings'],
    ['# geth\nMaxPeers = 50', 'settings'],
    ['[[Array]]', 'settings'],
    [headerLine(1_700_000_000_000, true), 'recording'],
    ['hello', null],
    ['', null],
    ['# only a comment', null],
    ['<!doctype html>', null],
    ['\n\r\r\n\0\0', null],
    [`${SOME_ENODE}\0`, null],
    ['\u0000PNG', null],
  ] as const)('%j', (text, content) => {
    expect(contentOf(text)).toBe(content);
  });

  test('without an error or a long search, whatever it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => void contentOf(text)));
    const start = performance.now();
    expect(contentOf('#\n'.repeat(5_000_000))).toBe(null);
    expect(contentOf(' '.repeat(10_000_000))).toBe(null);
    expect(contentOf(`{${'"format"'.repeat(1_000_000)}`)).toBe('nodes');
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
