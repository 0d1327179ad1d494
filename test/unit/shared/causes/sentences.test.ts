import { describe, expect, it } from 'vitest';
import {
  endSentence,
  fillTemplate,
  hintOf,
  phraseOf,
  sentenceOf,
  titleOfCode,
  withoutFullStop,
  wordsOf,
} from '../../../../shared/causes/sentences.ts';
import { causeOf } from '../../../support/progress-world.ts';

it('a sentence within another one has no full stop', () => {
  expect(['The port is in use.', 'in use', 'e.g. 1.5', ''].map(withoutFullStop)).toEqual([
    'The port is in use',
    'in use',
    'e.g. 1.5',
    '',
  ]);
});

describe('the sentence of a cause', () => {
  it('has the facts that were compared', () => {
    const params = { theirs: '5', ours: '1', genesis: 'other' };
    expect(sentenceOf('wrong-network', params)).toBe(
      'The peer is on network 5 with another genesis block; this node is on network 1',
    );
    expect(sentenceOf('wrong-network', { ...params, genesis: 'same' })).toBe(
      'The peer is on network 5; this node is on network 1',
    );
  });

  it('is the title where there are no facts, or where an older record lacks them', () => {
    expect(sentenceOf('already-connected')).toBe('Already connected');
    expect(sentenceOf('wrong-network', { theirs: '5' })).toBe('Network ID mismatch');
    expect(sentenceOf('wrong-network', null)).toBe('Network ID mismatch');
  });

  it('takes no fact from the prototype of its params', () => {
    expect(fillTemplate('{constructor}', {})).toBeUndefined();
  });

  it('leaves facts of the other side as they are', () => {
    expect(fillTemplate('{detail}', { detail: '{ours} $& [x]' })).toBe('{ours} $& [x]');
    expect(fillTemplate('{a}[: {b}]', { a: '1', b: '' })).toBe('1');
    expect(fillTemplate('{a}[: {b}]', { a: '1', b: '$1' })).toBe('1: $1');
  });

  it('says at which stage the remote side closed', () => {
    expect(endSentence(causeOf('closed-by-remote', { stage: 'hello' }))).toBe(
      'The remote side closed the connection instead of sending Hello',
    );
  });

  it('is that of our side where we ended the connection', () => {
    const params = { count: 50, limit: 50 };
    expect(endSentence(causeOf('too-many-peers', { by: 'local', params }))).toBe(
      'All our peer slots are taken: 50 of 50',
    );
    expect(endSentence(causeOf('too-many-peers', { by: 'remote' }))).toBe('Too many peers');
  });

  it('begins in lower case within another sentence, unless it has facts', () => {
    expect(phraseOf(causeOf('too-many-peers'))).toBe('too many peers');
    expect(phraseOf(causeOf('handshake-timeout'))).toBe('RLPx handshake timeout');
    expect(phraseOf(causeOf('wrong-version', { params: { theirs: 68, ours: 69 } }))).toBe(
      'The Status of the peer is of eth/68; eth/69 was negotiated',
    );
  });

  it('has a hint only with its facts', () => {
    expect(hintOf(causeOf('no-shared-version', { params: { versions: 'eth/66' } }))).toBe(
      'It supports eth/66',
    );
    expect(hintOf(causeOf('no-shared-version'))).toBeUndefined();
    expect(hintOf(causeOf('too-many-peers'))).toBeUndefined();
  });

  it('makes words of a code from a newer version', () => {
    expect(titleOfCode('quite-new-code')).toBe('Quite new code');
    expect(wordsOf('constructor').title).toBe('Constructor');
  });
});
