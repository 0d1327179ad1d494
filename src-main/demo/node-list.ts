import { makeTree, signTree, txtRecords } from '../discovery/dns/tree.ts';
import { formatTreeUrl } from '../discovery/dns/tree-url.ts';
import type { TxtResolver } from '../base/dns-resolver.ts';
import { utf8ToBytes } from '../base/bytes.ts';
import { publicKeyOf } from '../base/secp256k1.ts';
import { sha256 } from '../base/symmetric.ts';
import type { Enr } from '../node-record/enr.ts';

/** A domain that does not exist in the DNS (RFC 2606). */
const DOMAIN = 'trees.demo.invalid';
/** The same at every start, as the nodes' keys. It is public and protects nothing. */
const KEY = sha256(utf8ToBytes('enodeck demo node list'));

/** The demo's node list with a resolver for its domain, which sends no DNS query. */
export interface DemoNodeList {
  readonly url: string;
  readonly resolver: TxtResolver;
}

/** Signs a list of records. @param seq sequence number; a higher one replaces a lower one */
export function createNodeList(records: readonly Enr[], seq: bigint): DemoNodeList {
  const tree = signTree(makeTree(seq, records, []), KEY);
  const texts = txtRecords(tree, DOMAIN);
  return {
    url: formatTreeUrl(publicKeyOf(KEY), DOMAIN),
    resolver: {
      origin: 'demo',
      resolveTxt: (name) => {
        const text = texts.get(name);
        return Promise.resolve(text === undefined ? [] : [text]);
      },
    },
  };
}
