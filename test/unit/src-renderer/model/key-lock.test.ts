import { describe, expect, it } from 'vitest';
import type { IdentityDetails } from '../../../../shared/model/identity.ts';
import { keyLock } from '../../../../src-renderer/model/key-lock.ts';

describe('a node key', () => {
  it.each([
    ['desktop', null, null],
    ['local-page', null, null],
    ['desktop', '/keys/a', 'configured'],
    // Also there the page cannot change it.
    ['remote-page', '/keys/a', 'remote-page'],
    ['remote-page', null, 'remote-page'],
  ] as const)('of a %s with the configured file %s: %s', (access, configuredFile, lock) => {
    expect(keyLock({ access, configuredFile } as IdentityDetails)).toBe(lock);
  });
});
