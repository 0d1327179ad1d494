/**
 * The URL of a DNS node list: enrtree://KEY@domain, KEY the compressed public key of its signer in base32.
 * @see https://eips.ethereum.org/EIPS/eip-1459#referring-to-trees-by-url
 */
import { formatBase32, parseBase32 } from '../../base/base32.ts';
import { CryptoError } from '../../base/crypto-error.ts';
import { compress, decompress } from '../../base/secp256k1.ts';
import { DnsEntryError } from './errors.ts';

/** Prefix of a list's URL. */
export const TREE_URL_PREFIX = 'enrtree://';

/**
 * Longest domain, characters: a DNS name has at most 253 (RFC 1035 section 2.3.4, without the final dot), and the longest
 * hash with its dot needs 53.
 */
export const MAX_TREE_DOMAIN = 200;

/** BOUNDED: prefix, 53 characters of a key, the @ and the longest domain. */
const MAX_TREE_URL = TREE_URL_PREFIX.length + 53 + 1 + MAX_TREE_DOMAIN;

const LABEL = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;

/** The public key and domain of a list. */
export interface TreeUrl {
  /** The parsed text. */
  readonly text: string;
  /** Canonical text, equal for all URLs of the same list: the domain is in lower case. */
  readonly url: string;
  /** 64 bytes. */
  readonly publicKey: Uint8Array;
  readonly domain: string;
}

/**
 * Parses the URL of a list.
 * @throws DnsEntryError `too-long`, `missing-prefix`, `missing-public-key`, `bad-public-key` or `bad-domain`
 */
export function parseTreeUrl(text: string): TreeUrl {
  if (!text.startsWith(TREE_URL_PREFIX)) {
    throw new DnsEntryError('missing-prefix', 'The URL of a DNS node list begins with enrtree://');
  }
  if (text.length > MAX_TREE_URL) {
    throw new DnsEntryError('too-long', `The URL has more than ${String(MAX_TREE_URL)} characters`);
  }
  const rest = text.slice(TREE_URL_PREFIX.length);
  const at = rest.indexOf('@');
  if (at <= 0) {
    throw new DnsEntryError(
      'missing-public-key',
      'The URL of a DNS node list has a public key and an @ before the domain',
    );
  }
  const publicKey = parseKey(rest.slice(0, at));
  // A final dot has no meaning here: our DNS names are always absolute.
  const domain = rest.slice(at + 1).replace(/\.$/, '');
  checkTreeDomain(domain);
  return { text, url: formatTreeUrl(publicKey, domain.toLowerCase()), publicKey, domain };
}

/** The URL of the list that the owner of `publicKey` (64 bytes) signs for `domain`. */
export function formatTreeUrl(publicKey: Uint8Array, domain: string): string {
  return `${TREE_URL_PREFIX}${formatBase32(compress(publicKey))}@${domain}`;
}

/**
 * Checks that a text is a DNS name with room for a hash before it.
 * @throws DnsEntryError `bad-domain`
 */
export function checkTreeDomain(domain: string): void {
  if (domain.length > MAX_TREE_DOMAIN) {
    throw new DnsEntryError('bad-domain', `The domain has more than ${String(MAX_TREE_DOMAIN)} characters`);
  }
  if (!domain.split('.').every((label) => LABEL.test(label))) {
    throw new DnsEntryError('bad-domain', `“${domain.slice(0, 60)}” is not a domain name`);
  }
}

function parseKey(text: string): Uint8Array {
  const compressed = parseBase32(text);
  if (compressed === undefined) {
    throw new DnsEntryError('bad-public-key', 'The public key is not in base32: capital letters and 2 to 7');
  }
  try {
    return decompress(compressed);
  } catch (cause) {
    if (!(cause instanceof CryptoError)) throw cause;
    throw new DnsEntryError('bad-public-key', 'The public key is not a compressed secp256k1 key', { cause });
  }
}
