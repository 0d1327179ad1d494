import { describe, expect, it } from 'vitest';
import { NodeTextError, parseNode } from '../../../src-main/node-record/node-factory.ts';
import { wrongTextOf } from '../../../src-main/node-record/wrong-text.ts';

const KEY =
  'd860a01f9722d78051619d1e2351aba3f43f943f6f00718d1b9baa4101932a1f5011f16bb2b1bb35db20d6fe28fa0bf09636d26a87d31de9ec6203eeedb1f666';
const START = `enode://${KEY}@`;

function wrongAt(text: string): number | null {
  try {
    parseNode(text);
  } catch (error) {
    if (error instanceof NodeTextError) return wrongTextOf(text, error).at;
    throw error;
  }
  throw new Error('the text is valid');
}

describe('the wrong character of a node', () => {
  it.each([
    ['another scheme', 'enodes://x', 5],
    ['a digit that is none', `enode://x${KEY.slice(1)}@192.0.2.1:1`, 8],
    ['a key that is too short', `enode://${KEY.slice(2)}@192.0.2.1:1`, 8 + 126],
    ['the host', `${START}192.0.2.256:1`, START.length],
    ['the TCP port', `${START}192.0.2.1:99999`, START.length + 10],
    ['the UDP port', `${START}192.0.2.1:1?discport=x`, START.length + 21],
    ['white space', `${START}192.0.2.1 :1`, START.length + 9],
    ['base64', 'enr:-ab+c', 7],
    ['the end of a short record', 'enr:', 4],
  ] as const)('is %s', (_, text, at) => {
    expect(wrongAt(text)).toBe(at);
  });
});
