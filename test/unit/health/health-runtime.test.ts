import { expect, test } from 'vitest';
import { electronCheck } from '../../../src-main/health/health-runtime.ts';

test('an Electron without security fixes is a warning with its version as evidence', () => {
  expect(electronCheck({ electronVersion: '33.2.1' })).toMatchObject({
    id: 'electron',
    state: 'warning',
    title: 'Electron gets no security fixes',
    evidence: 'version 33.2.1; fixes from 43',
  });
});

test.each(['43.0.0', '45.4.1', '100.0.0', undefined])('nothing is said of %s', (electronVersion) => {
  expect(electronCheck({ electronVersion })).toBeUndefined();
});
