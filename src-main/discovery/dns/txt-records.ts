import { isEntry, ROOT_PREFIX } from './entries.ts';
import { DnsListError } from './errors.ts';

/** The root among a domain's TXT records. @throws DnsListError `not-found` or `no-root` */
export function rootText(domain: string, texts: readonly string[]): string {
  const text = texts.find((each) => each.startsWith(ROOT_PREFIX));
  if (text !== undefined) return text;
  throw texts.length === 0
    ? new DnsListError('not-found', `The DNS has no TXT record of ${domain}`)
    : new DnsListError('no-root', `The TXT records of ${domain} hold no root of a node list`);
}

/** The entry among a name's TXT records. @throws DnsListError `not-found` or `no-entry` */
export function entryText(name: string, texts: readonly string[]): string {
  const text = texts.find(isEntry);
  if (text !== undefined) return text;
  throw texts.length === 0
    ? new DnsListError('not-found', `The DNS has no TXT record of ${name}`)
    : new DnsListError('no-entry', `The TXT records of ${name} hold no entry of a node list`);
}
