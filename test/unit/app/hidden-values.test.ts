import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS, type NodeSettings } from '../../../shared/settings-table.ts';
import { withSecrets } from '../../../src-main/app/hidden-values.ts';

const CURRENT: NodeSettings = {
  ...DEFAULT_SETTINGS,
  sentry: 'https://node.example/v3/a-key',
  sentryHeaders: ['Authorization: Bearer one', 'X-Key: two'],
};

test('a value as it was shown keeps its secret', () => {
  expect(withSecrets({ sentry: 'https://node.example/********', maxPeers: 7 }, CURRENT)).toEqual({
    sentry: CURRENT.sentry,
    maxPeers: 7,
  });
  const sentryHeaders = ['X-Key: ********', 'X-Other: three'];
  expect(withSecrets({ sentryHeaders }, CURRENT)).toEqual({
    sentryHeaders: ['X-Key: two', 'X-Other: three'],
  });
});

test('a new value replaces the secret, and an empty one removes it', () => {
  expect(withSecrets({ sentry: 'http://127.0.0.1:8545' }, CURRENT)).toEqual({
    sentry: 'http://127.0.0.1:8545',
  });
  expect(withSecrets({ sentry: null, sentryHeaders: [] }, CURRENT)).toEqual({
    sentry: null,
    sentryHeaders: [],
  });
});

test('a hidden part whose secret is not known is refused, with the setting as its field', () => {
  for (const change of [
    { sentry: 'https://other.example/********' },
    { sentryHeaders: ['X-Other: ********'] },
  ]) {
    expect(() => withSecrets(change, CURRENT)).toThrow(
      expect.objectContaining({ code: 'invalid-parameters', field: Object.keys(change)[0] }),
    );
  }
});
