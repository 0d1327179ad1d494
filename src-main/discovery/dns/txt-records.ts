import { isEntry, ROOT_PREFIX } from './entries.ts';
import { DnsListError } from './errors.ts';

/**
 * Finds the root among the TXT records of a domain.
 * @throws DnsListError `not-found` or `no-root`
 */
export function rootText(domain: string, texts: readonly string[]): string {
  const text = texts.find((each) => each.startsWith(ROOT_PREFIX));
  if (text !== undefined) return text;
  throw texts.length === 0
    ? new DnsListError('not-found', `The DNS has no TXT record for ${domain}`)
    : new DnsListError('no-root', `The TXT records of ${domain} contain no root of a node list`);
}

/**
 * Finds the entry among the TXT records of a name.
 * @throws DnsListError `not-found` or `no-entry`
 */
export function entryText(name: string, texts: readonly string[]): string {
  const text = texts.find(isEntry);
  if (text !== undefined) return text;
  throw texts.length === 0
    ? new DnsListError('not-found', `The DNS has no TXT record for ${name}`)
    : new DnsListError('no-entry', `The TXT records of ${name} contain no entry of a node list`);
}
