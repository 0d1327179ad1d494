import { makeTree, signTree, txtRecords } from '../discovery/dns/tree.ts';
import { formatTreeUrl } from '../discovery/dns/tree-url.ts';
import type { TxtResolver } from '../base/dns-resolver.ts';
import { utf8ToBytes } from '../base/bytes.ts';
import { publicKeyOf } from '../base/secp256k1.ts';
import { sha256 } from '../base/symmetric.ts';
import type { Enr } from '../node-record/enr.ts';

/** Under a domain that no name server has (RFC 2606). */
const DOMAIN = 'trees.demo.invalid';
/** The same at every start, as the nodes' keys. Worth nothing: anybody can make it. */
const KEY = sha256(utf8ToBytes('enodeck demo node list'));

/** The demo's node list, with who answers for its domain: nobody outside this process is asked. */
export interface DemoNodeList {
  readonly url: string;
  readonly resolver: TxtResolver;
}

/** Signs a list of records. @param seq its number: a later one takes the place of an earlier one */
export function createNodeList(records: readonly Enr[], seq: bigint): DemoNodeList {
  const tree = signTree(makeTree(seq, records, []), KEY);
  const texts = txtRecords(tree, DOMAIN);
  return {
    url: formatTreeUrl(publicKeyOf(KEY), DOMAIN),
    resolver: {
      resolveTxt: (name) => {
        const text = texts.get(name);
        return Promise.resolve(text === undefined ? [] : [text]);
      },
    },
  };
}
