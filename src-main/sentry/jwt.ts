/**
 * Tokens for the authenticated RPC of an execution client.
 * @see https://github.com/ethereum/execution-apis/blob/main/src/engine/authentication.md
 * @see https://www.rfc-editor.org/rfc/rfc7519
 */
import { formatBase64Url } from '../../shared/base64url.ts';
import { parseHex } from '../../shared/hex.ts';
import { utf8ToBytes } from '../base/bytes.ts';
import { hmacSha256 } from '../base/symmetric.ts';
import { RpcError } from './errors.ts';

/** Length of the secret, bytes. */
const SECRET_LENGTH = 32;

/**
 * The secret (32 bytes) in the text of a file as geth's --authrpc.jwtsecret: 64 hex digits, with or without 0x, between
 * white space.
 * @throws RpcError `bad-jwt-secret`; its message has nothing of the text
 */
export function parseJwtSecret(text: string): Uint8Array {
  const trimmed = text.trim();
  const digits = /^0x/i.test(trimmed) ? trimmed.slice(2) : trimmed;
  const secret = parseHex(digits);
  if (secret?.length !== SECRET_LENGTH) {
    const detail = `the file must have ${String(SECRET_LENGTH * 2)} hex digits, as geth’s jwtsecret, and nothing else`;
    throw new RpcError('bad-jwt-secret', { detail });
  }
  return secret;
}

/** A token with these claims, signed with HMAC-SHA-256 (HS256). */
export function signJwt(secret: Uint8Array, claims: Readonly<Record<string, string | number>>): string {
  const part = (value: object): string => formatBase64Url(utf8ToBytes(JSON.stringify(value)));
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${formatBase64Url(hmacSha256(secret, utf8ToBytes(signed)))}`;
}

/** The value of the header Authorization. Clients accept it for 60 s. @param nowMs milliseconds since 1970 */
export function bearerToken(secret: Uint8Array, nowMs: number): string {
  return `Bearer ${signJwt(secret, { iat: Math.floor(nowMs / 1_000) })}`;
}
