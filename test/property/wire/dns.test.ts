import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { WireNode } from '../../../shared/model/wire.ts';
import { utf8ToBytes } from '../../../src-main/base/bytes.ts';
import { parseEntry, parseRoot, formatBranch, ROOT_PREFIX } from '../../../src-main/discovery/dns/entries.ts';
import { makeTree, signTree, txtRecords } from '../../../src-main/discovery/dns/tree.ts';
import { describeMessage, fieldsOf, summarizeMessage } from '../../../src-main/wire/message-schema.ts';
import { protocolSchema } from '../../../src-main/wire/registry.ts';
import { keyOf, listUrl, recordsOf } from '../../support/dns-world.ts';

const messages = protocolSchema('dns')?.messages ?? [];
const [, response] = messages;
const LIST = txtRecords(signTree(makeTree(3n, recordsOf(20), [listUrl('b.test')]), keyOf('a')), 'a.test');
const TEXTS = [...LIST.values(), formatBranch([])];

const mutated = fc
  .tuple(
    fc.constantFrom(...TEXTS),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }),
    fc.nat({ max: 6 }),
    fc.uint8Array({ maxLength: 3 }),
  )
  .map(([text, changes, cut, added]) => {
    const bytes = utf8ToBytes(text);
    const copy = bytes.slice(0, Math.max(1, bytes.length - cut));
    for (const [at, byte] of changes) copy[at % copy.length] = byte;
    return Uint8Array.from([...copy, ...added]);
  });

function checkRanges({ start, end, children }: WireNode, total: number): void {
  expect(start).toBeLessThanOrEqual(end);
  expect(end).toBeLessThanOrEqual(total);
  for (const child of children) checkRanges(child, total);
}

test('random and mutated TXT records never throw, and a fault has an offset and a reason', () => {
  fc.assert(
    fc.property(
      fc.oneof(mutated, fc.uint8Array({ maxLength: 400 })),
      fc.nat({ max: 2 }),
      (bytes, missing) => {
        for (const message of messages) {
          const kept = { bytes, total: bytes.length + missing };
          const { fault, tree, summary, json } = describeMessage(message, kept);
          checkRanges(tree, kept.total);
          expect(fieldsOf(message, kept)).toEqual({ json, fault });
          expect(summarizeMessage(message, kept).summary).toBe(summary);
          if (fault === null) continue;
          expect(fault.offset).toBeLessThanOrEqual(kept.total);
          expect(fault.message.length).toBeGreaterThan(fault.path.length + 1);
          expect(json).toBeNull();
        }
      },
    ),
  );
});

test('what the client accepts has no fault', () => {
  const check = (bytes: Uint8Array): void => {
    const text = new TextDecoder('latin1').decode(bytes);
    try {
      if (text.startsWith(ROOT_PREFIX)) parseRoot(text);
      else parseEntry(text);
    } catch {
      return;
    }
    if (response === undefined) throw new Error('no schema');
    expect(describeMessage(response, { bytes, total: bytes.length }).fault).toBeNull();
  };
  for (const text of TEXTS) {
    if (response === undefined) throw new Error('no schema');
    const bytes = utf8ToBytes(text);
    expect(describeMessage(response, { bytes, total: bytes.length }).json).not.toHaveProperty('text');
    check(bytes);
  }
  fc.assert(fc.property(mutated, check));
});
