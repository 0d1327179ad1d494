import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTlsCertificate } from '../../../src-main/base/tls-certificate.ts';

const read = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../vectors/tls', name), 'utf8');

const CERT = read('one.crt');
const KEY = read('one.key');

describe('a certificate for TLS', () => {
  test('is read with its key and the time for which it is valid', () => {
    expect(readTlsCertificate(CERT, KEY)).toEqual({
      ok: true,
      certificate: {
        ...{ cert: CERT, key: KEY },
        notBefore: Date.UTC(2020, 0, 1),
        notAfter: Date.UTC(2120, 0, 1),
      },
    });
  });

  test('may be followed by those of its authorities', () => {
    expect(readTlsCertificate(CERT + read('two.crt'), KEY)).toMatchObject({ ok: true });
  });

  test.each([
    ['cert', '', KEY, 'has no certificate in PEM form'],
    ['cert', KEY, KEY, 'has no certificate in PEM form'],
    ['cert', CERT.replace('MII', 'AAA'), KEY, 'has a certificate that cannot be read'],
    ['cert', `${CERT}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`, KEY, 'cannot be used'],
    ['key', CERT, '', 'has no private key in PEM form'],
    ['key', CERT, CERT, 'has no private key in PEM form'],
    ['key', CERT, KEY.replace('MIG', 'AAA'), 'has a private key that cannot be read'],
    ['key', CERT, read('one-encrypted.key'), 'has an encrypted key'],
    ['key', CERT, read('two.key'), 'has the key of another certificate'],
  ])('is refused with the text at fault and the reason: %s', (of, cert, key, reason) => {
    const result = readTlsCertificate(cert, key);
    expect(result).toEqual({ ok: false, of, reason: expect.stringContaining(reason) as string });
    for (const line of KEY.split('\n').slice(1, -2)) expect(JSON.stringify(result)).not.toContain(line);
  });
});
