import { describe, expect, it } from 'vitest';
import { DIAL_REFUSALS } from '../../../src-main/dialing/dial-policy.ts';
import { DISCONNECT_REASONS } from '../../../src-main/p2p/disconnect-reason.ts';
import { OFFENCES } from '../../../src-main/events/events.ts';
import { CODE_WORDS, codeOf, phraseOf, titleOfCode, wordsOf } from '../../../src-main/causes/words.ts';
import { causeOf } from '../../support/journey-world.ts';
import { codesInSource } from '../../support/source-codes.ts';

describe('the table from code to words', () => {
  it('has words for every code that the source can give', () => {
    const codes = codesInSource(['src-main', 'shared']);
    // zod's own word for a check that a schema brings.
    codes.delete('custom');
    expect(codes.size).toBeGreaterThan(100);
    const missing = [...codes]
      .filter(([code]) => !CODE_WORDS.has(code))
      .map(([code, file]) => `${code} (${file})`);
    expect(missing).toEqual([]);
  });

  it('has words for every disconnect reason, from both sides, every dial refusal and every offence', () => {
    const codes = [...Object.keys(DISCONNECT_REASONS), ...Object.keys(DIAL_REFUSALS), ...OFFENCES];
    expect(codes.filter((code) => !CODE_WORDS.has(code))).toEqual([]);
  });

  it('speaks in sentences to people: no code, no exclamation, advice as a phrase', () => {
    for (const [code, { title, meaning, advice }] of CODE_WORDS) {
      expect(title, code).toMatch(/^[A-Z][^!.]*$/);
      expect(title.length, code).toBeLessThanOrEqual(40);
      expect(meaning, code).toMatch(/^[A-Z][^!]*\.$/);
      if (advice !== null) expect(advice, code).toMatch(/^[A-Z][^!]*[^.!]$/);
    }
  });

  it('tells what they say from what we say under the same code', () => {
    expect(codeOf(causeOf('too-many-peers', { by: 'remote' }))).toBe('too-many-peers');
    expect(codeOf(causeOf('too-many-peers', { by: 'local' }))).toBe('too-many-peers-by-us');
    expect(codeOf(causeOf('wrong-network', { by: 'local' }))).toBe('wrong-network');
    expect(wordsOf('too-many-peers').fault).toBe('nobody');
    expect(wordsOf('too-many-peers-by-us').fault).toBe('ours');
  });

  it('makes words of a code that it does not know', () => {
    expect(titleOfCode('quite-new-code')).toBe('Quite new code');
    expect(wordsOf('constructor').title).toBe('Constructor');
  });

  it('puts the title in a sentence where the message adds nothing', () => {
    expect(phraseOf(causeOf('too-many-peers'))).toBe('too many peers');
    expect(phraseOf(causeOf('too-many-peers', { by: 'local' }))).toBe('we are full');
    expect(phraseOf(causeOf('wrong-network', { message: 'The peer is on network 5.' }))).toBe(
      'The peer is on network 5',
    );
  });
});
