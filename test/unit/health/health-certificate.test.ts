import { expect, test } from 'vitest';
import { certificateCheck } from '../../../src-main/health/health-certificate.ts';

const DAY = 86_400_000;
const notBefore = Date.UTC(2026, 0, 1);
const notAfter = Date.UTC(2026, 3, 1);
const certificate = { notBefore, notAfter };

test.each([
  [notBefore - 1, 'warning', 'Certificate of the page is not valid yet'],
  [notBefore, 'good', 'Certificate of the page'],
  [notAfter - 3 * DAY - 1, 'good', 'Certificate of the page'],
  [notAfter - 3 * DAY, 'warning', 'Certificate of the page expires soon'],
  [notAfter, 'warning', 'Certificate of the page expires soon'],
  [notAfter + 1, 'warning', 'Certificate of the page has expired'],
])('the time of the page’s certificate is a fact of health: %d', (now, state, title) => {
  const line = certificateCheck({ certificate, now });
  expect(line).toMatchObject({ id: 'page-certificate', state, title });
  expect(line?.evidence).toContain('valid from 2026-01-01 to 2026-04-01');
  expect(line?.advice === null).toBe(state === 'good');
});

test('nothing is said without TLS', () => {
  expect(certificateCheck({ now: notAfter + 1 })).toBeUndefined();
});
