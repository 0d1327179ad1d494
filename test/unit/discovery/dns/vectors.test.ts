import { describe, expect, test } from 'vitest';
import {
  entryName,
  formatRoot,
  parseEntry,
  parseRoot,
  rootHash,
  verifyRoot,
  type TreeEntry,
} from '../../../../src-main/discovery/dns/entries.ts';
import { makeTree, signTree, txtRecords, withSignature } from '../../../../src-main/discovery/dns/tree.ts';
import { parseTreeUrl } from '../../../../src-main/discovery/dns/tree-url.ts';
import { to0x, hexToBytes } from '../../../../src-main/base/bytes.ts';
import { compress } from '../../../../src-main/base/secp256k1.ts';
import { enrFromText } from '../../../../src-main/node-record/enr.ts';
import { DnsWorld } from '../../../support/dns-world.ts';
import { readVectors } from '../../../support/vectors.ts';

interface Outcome {
  readonly text: string;
  readonly error?: string;
  readonly ok?: Record<string, unknown>;
}
interface VectorEntry {
  readonly name: string;
  readonly text: string;
  readonly type?: string;
  readonly signedText?: string;
  readonly signedHash?: string;
  readonly nodeId?: string;
}
interface VectorTree {
  readonly name?: string;
  readonly origin: string;
  readonly domain: string;
  readonly url: string;
  readonly signer?: { readonly privateKey: string };
  readonly entries: readonly VectorEntry[];
  readonly expect: {
    readonly seq?: string;
    readonly links?: readonly string[];
    readonly nodeIds?: readonly string[];
    readonly error?: string;
  };
}
interface Link {
  readonly url: string;
  readonly publicKey: string;
  readonly publicKeyCompressed: string;
  readonly domain: string;
}
interface Vectors {
  readonly urlExample: Link;
  readonly trees: readonly VectorTree[];
  readonly parseRoot: { readonly cases: readonly Outcome[] };
  readonly parseEntry: readonly Outcome[];
  readonly ethereumjs: {
    readonly publicKey: string;
    readonly root: Outcome & Record<string, string>;
    readonly rootRefused: readonly Outcome[];
    readonly branch: { readonly text: string; readonly children: readonly string[] };
    readonly link: Link;
    readonly entryRefused: readonly Outcome[];
  };
}

const vectors = readVectors<Vectors>('dnsdisc.json');

/** The code of an error as the vectors write it. */
const codeOf = (action: () => unknown): string | undefined => {
  try {
    action();
    return undefined;
  } catch (error) {
    return (error as { code: string }).code.replaceAll('-', '_');
  }
};

const plainEntry = (entry: TreeEntry): Record<string, unknown> => {
  switch (entry.type) {
    case 'branch':
      return { type: 'branch', children: entry.children };
    case 'link':
      return {
        type: 'link',
        url: entry.link.text,
        publicKeyCompressed: to0x(compress(entry.link.publicKey)),
        publicKey: to0x(entry.link.publicKey),
        domain: entry.link.domain,
      };
    case 'enr':
      return { type: 'enr', nodeId: to0x(entry.record.nodeId), seq: entry.record.seq.toString() };
  }
};

describe('the vectors of DNS node lists', () => {
  test.each([vectors.urlExample, vectors.ethereumjs.link])('read the URL $url', (link) => {
    const { publicKey, domain, url } = parseTreeUrl(link.url);
    expect(to0x(publicKey)).toBe(link.publicKey);
    expect(to0x(compress(publicKey))).toBe(link.publicKeyCompressed);
    expect(domain).toBe(link.domain);
    expect(url).toBe(link.url);
  });

  test.each(vectors.parseRoot.cases)('read the root $text', ({ text, error, ok }) => {
    expect(codeOf(() => parseRoot(text))).toBe(error);
    if (ok === undefined) return;
    const root = parseRoot(text);
    expect({
      enrRoot: root.enrRoot,
      linkRoot: root.linkRoot,
      seq: root.seq.toString(),
      signature: to0x(root.signature),
    }).toEqual(ok);
  });

  test.each([...vectors.parseEntry, ...vectors.ethereumjs.entryRefused])(
    'read the entry $text',
    ({ text, error, ok }) => {
      expect(codeOf(() => parseEntry(text))).toBe(error);
      if (ok !== undefined) expect(ok).toMatchObject(plainEntry(parseEntry(text)));
    },
  );

  test('of ethereumjs: read the root and the branch of a public list', () => {
    const { root, publicKey, branch, rootRefused } = vectors.ethereumjs;
    const parsed = parseRoot(root.text);
    expect(formatRoot(parsed)).toBe(root.text);
    expect(to0x(rootHash(parsed))).toBe(root['signedHash']);
    expect(verifyRoot(parsed, hexToBytes(publicKey))).toBe(true);
    expect(parseEntry(branch.text)).toEqual({ type: 'branch', children: branch.children });
    for (const { text, error } of rootRefused) {
      const code = codeOf(() => parseRoot(text));
      if (error === 'bad_signature') expect(verifyRoot(parseRoot(text), hexToBytes(publicKey))).toBe(false);
      else expect(code).toBe(error);
    }
  });

  test('of the EIP: entryName gives the names, and makeTree makes the tree', () => {
    const [tree] = vectors.trees;
    const [root] = tree!.entries;
    for (const { name, text } of tree!.entries) if (name !== '@') expect(entryName(text)).toBe(name);
    const texts = tree!.entries.map(({ text }) => text);
    const records = texts.filter((text) => text.startsWith('enr:')).map(enrFromText);
    const made = makeTree(1n, records, tree!.expect.links!);
    const signed = signTree(made, hexToBytes(tree!.signer!.privateKey));
    // The EIP has another order of its records; go-ethereum sorts them by ID.
    expect(new Set([...txtRecords(signed, 'n').keys()].map((name) => name.split('.')[0])).size).toBe(6);
    const { url, publicKey } = parseTreeUrl(tree!.url);
    expect(url).toBe(tree!.url);
    expect(to0x(rootHash(parseRoot(root!.text)))).toBe(root!.signedHash);
    expect(formatRoot(withSignature(made, signed.root.signature, publicKey).root)).toBe(
      formatRoot(signed.root),
    );
  });

  test.each(vectors.trees.map((tree) => ({ title: tree.name ?? tree.origin, tree })))(
    'synchronise the tree “$title” as they say',
    async ({ tree }) => {
      const world = new DnsWorld([tree.url]);
      for (const { name, text } of tree.entries) {
        world.zone.set(name === '@' ? tree.domain : `${name}.${tree.domain}`, [text]);
      }
      await world.lists.start();
      const end = new AbortController();
      const found = new Set<string>();
      void (async () => {
        for (;;) found.add(to0x((await world.lists.next(end.signal)).id));
      })().catch(() => undefined);
      await world.clock.advance(30_000);
      end.abort();
      const [view] = world.lists.views();
      const { seq, links, nodeIds, error } = tree.expect;
      if (error === undefined) {
        expect(view).toMatchObject({
          state: 'synced',
          seq,
          links: links!.length,
          records: nodeIds!.length,
          missing: 0,
        });
        expect(view!.failure).toBeNull();
        expect([...found].sort()).toEqual([...nodeIds!].sort());
      } else {
        expect(view!.state).toBe('failed');
        expect(view!.failure?.message).toMatch(MESSAGES[error]!);
      }
      await world.lists.stop();
      expect(world.clock.pendingTimers).toBe(0);
    },
  );
});

const MESSAGES: Readonly<Record<string, RegExp>> = {
  bad_enr: /record is invalid/,
  link_in_enr_tree: /subtree of records is a link/,
  enr_in_link_tree: /subtree of links is a record/,
  hash_mismatch: /does not match the hash in the name/,
  bad_signature: /not signed by the key/,
  not_found: /no TXT record/,
};
