import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EnodeckError } from '../../../src-main/base/errors.ts';
import { RlpxError, type RlpxErrorCode } from '../../../src-main/rlpx/errors.ts';
import { sourceFiles } from '../../support/source-files.ts';

const root = resolve(import.meta.dirname, '../../..');
const DECLARATION = /\bclass (\w+)(?:<[^{]*?>)? extends (\w*Error)\b/g;
/** RangeError and TypeError are allowed: they report a programming error. */
const UNTYPED = /throw new Error\(/;

describe('errors', () => {
  const files = [...sourceFiles('src-main'), ...sourceFiles('shared')];
  const textOf = (file: string): string => readFileSync(resolve(root, file), 'utf8');

  it('all extend EnodeckError', () => {
    const parents = new Map<string, string>();
    for (const file of files) {
      for (const [, name = '', parent = ''] of textOf(file).matchAll(DECLARATION)) parents.set(name, parent);
    }
    expect(parents.size).toBeGreaterThan(15);
    const direct = [...parents].filter(([, parent]) => parent === 'Error').map(([name]) => name);
    expect(direct).toEqual(['EnodeckError']);
  });

  it('are never thrown without a code', () => {
    expect(files.filter((file) => UNTYPED.test(textOf(file)))).toEqual([]);
  });

  it('name the layer that failed', () => {
    const layerOf = (code: RlpxErrorCode): string => new RlpxError(code, null).layer;
    expect(layerOf('decryption-failed')).toBe('handshake');
    expect(layerOf('bad-frame-mac')).toBe('protocol');
    expect(layerOf('connection-lost')).toBe('network');
    expect(layerOf('closed-by-us')).toBe('session');
  });

  it('have a cause', () => {
    const cause = new Error('the cause');
    const error = new RlpxError('connection-lost', null, { cause });
    expect(error).toBeInstanceOf(EnodeckError);
    expect(error).toMatchObject({ name: 'RlpxError', code: 'connection-lost', cause });
  });
});
