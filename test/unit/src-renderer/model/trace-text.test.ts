import { describe, expect, it } from 'vitest';
import { WHY_STEPS, type NodeTrace } from '../../../../shared/model/why.ts';
import { isEndCode, recordedCode, type CauseCode } from '../../../../shared/causes/catalogue.ts';
import { addressIn, reachableText, traceText } from '../../../../src-renderer/model/trace-text.ts';
import { traceOf, type TraceParts } from '../../../../src-main/progress/trace.ts';
import type { ProgressState } from '../../../../src-main/progress/node-progress-state.ts';
import { nextStepText } from '../../../../shared/causes/next-steps.ts';
import { wordsOf } from '../../../../shared/causes/sentences.ts';
import { makeTrace, makeWhy } from '../../../support/window-preview/fixture-why.ts';

const NOW = 1_800_000_000_000;
const ID = 'ab'.repeat(32);
const KEY =
  '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8';

const ENDED = { params: {}, stage: 'hello', message: null } as const;

const PARTS: TraceParts = {
  ...{ idHex: ID, isSelf: false, progress: undefined, state: undefined, node: undefined, now: NOW },
  ...{ label: null, kind: { static: false, trusted: false }, fork: 'unknown', dialState: undefined },
  ...{ reputation: 0, earlier: [] },
};

/** A node that stopped with a code, with or without the end of a connection. */
function stopped(code: CauseCode, hasEnd: boolean): NodeTrace {
  const cause =
    !hasEnd || !isEndCode(code)
      ? undefined
      : {
          code,
          params: { theirs: '5', ours: '1', genesis: 'same' },
          by: 'remote' as const,
          stage: 'hello' as const,
          disconnectReason: 'x',
        };
  const state: ProgressState = { reach: 4, state: 'stopped', code, by: 'remote', at: NOW, cause };
  const earlier = [{ at: NOW, code: recordedCode(code), ...ENDED, by: 'remote' as const }];
  const progress = {
    sources: ['v4'],
    findings: [],
    passedAt: [],
    failures: 1,
  } as unknown as TraceParts['progress'];
  return traceOf({ ...PARTS, state, progress, earlier });
}

/** All sentences of the panel, without the labels of figures. */
function sentencesOf(trace: NodeTrace): string[] {
  const text = traceText(trace, nextStepText(trace.next, NOW));
  const steps = text.steps.filter(({ state }) => state !== 'passed').map(({ detail }) => detail);
  const earlier = text.earlier.filter(({ isSame }) => !isSame).map(({ text: sentence }) => sentence);
  const title = trace.cause === null ? undefined : wordsOf(trace.cause.code).title;
  return [title, ...text.cause, text.next, ...steps, ...earlier].filter(
    (sentence): sentence is string => sentence != null && sentence !== '',
  );
}

describe('a trace', () => {
  it.each([
    ...(['too-many-peers', 'timed-out', 'wrong-network', 'silent', 'no-record', 'other-network'] as const),
    ...(['no-address', 'banned', 'not-netrestricted', 'connection-refused'] as const),
    ...(['not-known', 'waiting'] as const),
  ])('contains each sentence once: %s', (code) => {
    for (const hasEnd of [false, true]) {
      const sentences = sentencesOf(stopped(code, hasEnd)).map((text) =>
        text.toLowerCase().replace(/\.$/, ''),
      );
      expect(sentences.length).toBeGreaterThan(0);
      expect(new Set(sentences).size).toBe(sentences.length);
    }
  });

  it('contains each sentence once, for every node in the list', () => {
    for (const { id } of makeWhy('typical', NOW, '24h', null, null).nodes) {
      const sentences = sentencesOf(makeTrace('typical', NOW, id));
      expect(new Set(sentences).size).toBe(sentences.length);
    }
  });

  it('contains the facts of passed steps, and earlier outcomes with their count', () => {
    const trace = stopped('too-many-peers', true);
    const before = { at: NOW - 1, code: 'timed-out' as const, ...ENDED, by: 'network' as const };
    const again = { ...trace.earlier[0]!, at: NOW - 2 };
    const earlier = [...trace.earlier, before, again, { ...before, at: NOW - 3 }];
    const text = traceText({ ...trace, earlier }, 'Next attempt in 4 min');
    expect(text.earlier).toEqual([
      { at: NOW - 1, code: 'timed-out', by: 'network', text: 'Dial timed out', times: 2, isSame: false },
      {
        at: NOW - 2,
        code: 'too-many-peers',
        by: 'remote',
        text: 'Too many peers',
        times: 1,
        isSame: true,
      },
    ]);
    expect(text.next).toBe('Next attempt in 4 min');
    expect(text.steps.map(({ step }) => step)).toEqual(WHY_STEPS);
  });

  it('of an unknown static node has no advice to add it', () => {
    const kind = { static: true, trusted: false };
    expect(traceOf({ ...PARTS, kind }).next).toMatchObject({ code: 'when-running' });
    expect(nextStepText(traceOf(PARTS).next, NOW)).toContain('static nodes');
  });
});

describe('a pasted text', () => {
  it('contains the address of an unknown node', () => {
    const enode = `enode://${KEY}@203.0.113.7:30303?discport=30301`;
    expect(reachableText(`  ${enode}\n`)).toBe(enode);
    expect(addressIn(enode)).toBe('203.0.113.7:30303');
    expect(addressIn(`enode://${KEY}@[2001:db8::1]:30303`)).toBe('[2001:db8::1]:30303');
    expect(addressIn(`enode://${KEY}@node.example:0?discport=30301`)).toBe('node.example:30301');
  });

  it('has no address if it is an ID, an ENR or a public key alone', () => {
    expect(reachableText(ID)).toBeNull();
    expect(reachableText(`0x${ID}`)).toBeNull();
    expect(reachableText('enr:-abc')).toBe('enr:-abc');
    expect(addressIn('enr:-abc')).toBeNull();
    expect(addressIn(`enode://${KEY}`)).toBeNull();
  });
});
