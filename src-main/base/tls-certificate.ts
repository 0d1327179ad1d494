import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { describeError } from './errors.ts';

/** The lowest version of TLS that a server accepts; 1.0 and 1.1 are deprecated (RFC 8996). */
export const MIN_TLS_VERSION = 'TLSv1.2';

/** A certificate and its key, as a server uses them. */
export interface TlsCertificate {
  /** PEM: the certificate, then those that lead to its authority. */
  readonly cert: string;
  /** PEM, not encrypted. */
  readonly key: string;
  /** The time for which the certificate is valid, Unix milliseconds. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** The result of `readTlsCertificate`: `reason` is a phrase about the text `of`. */
export type ReadTlsCertificate =
  | { readonly ok: true; readonly certificate: TlsCertificate }
  | { readonly ok: false; readonly of: 'cert' | 'key'; readonly reason: string };

/**
 * Reads a certificate and its key and checks that a server can use them. A certificate that is not valid now is read too.
 * No reason has anything of the key.
 */
export function readTlsCertificate(cert: string, key: string): ReadTlsCertificate {
  const certificate = certificateOf(cert);
  if (typeof certificate === 'string') return { ok: false, of: 'cert', reason: certificate };
  const privateKey = privateKeyOf(key);
  if (typeof privateKey === 'string') return { ok: false, of: 'key', reason: privateKey };
  if (!certificate.checkPrivateKey(privateKey)) {
    return { ok: false, of: 'key', reason: 'has the key of another certificate' };
  }
  try {
    createSecureContext({ cert, key, minVersion: MIN_TLS_VERSION });
  } catch (error) {
    return { ok: false, of: 'cert', reason: `cannot be used for TLS: ${describeError(error)}` };
  }
  const notBefore = Date.parse(certificate.validFrom);
  const notAfter = Date.parse(certificate.validTo);
  return { ok: true, certificate: { cert, key, notBefore, notAfter } };
}

function certificateOf(pem: string): X509Certificate | string {
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) return 'has no certificate in PEM form';
  try {
    return new X509Certificate(pem);
  } catch {
    return 'has a certificate that cannot be read';
  }
}

function privateKeyOf(pem: string): KeyObject | string {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) return 'has no private key in PEM form';
  if (/ENCRYPTED/.test(pem)) return 'has an encrypted key: decrypt it, for example with openssl pkey';
  try {
    return createPrivateKey(pem);
  } catch {
    return 'has a private key that cannot be read';
  }
}
