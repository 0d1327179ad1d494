import type { RequestParams } from '../../shared/api-contract.ts';
import type { ExportedNodes, KnownFilter, KnownNode, KnownPage } from '../../shared/model/known-node.ts';
import { ApiError } from '../api/api-error.ts';
import type { KnownNodeControl } from '../api/backend.ts';
import { IpError } from '../base/ip.ts';
import { Slices } from '../base/slices.ts';
import { formatNodeSetEntry, joinNodeSet } from '../crawl/node-set.ts';
import { enrToText } from '../node-record/enr.ts';
import { enodeUrlOf } from '../node-record/node-factory.ts';
import { crawledOf, knownNodeCheck, pageOf, sortKnownNodes } from './known-node-order.ts';
import type { RunningNode } from './running-node.ts';
import { collectKnownNodes, type KnownEntry, type KnownParts } from './known-nodes.ts';

/** How long a collection is used for further pages, milliseconds: the first of 10,000 nodes verifies as many records. */
const COLLECTION_MS = 2_000;

/** One collection of all known nodes. */
interface Collection {
  /** When it was complete; undefined before. Monotonic milliseconds. */
  at: number | undefined;
  /** The running node; undefined while it was stopped. */
  readonly of: RunningNode | undefined;
  readonly entries: Promise<readonly KnownEntry[]>;
}

/** The last filtered and sorted collection. */
interface Listing {
  readonly of: readonly KnownEntry[];
  readonly query: string;
  readonly placed: ReturnType<typeof sortKnownNodes>;
}

/** All known nodes for the API, running or not. Long work is done in slices. */
export class KnownNodeController implements KnownNodeControl {
  readonly #parts: KnownParts;
  #collection: Collection | undefined;
  #listing: Listing | undefined;

  constructor(parts: KnownParts) {
    this.#parts = parts;
  }

  /** @throws ApiError `invalid-parameters` with the field that is wrong */
  async page({ filter, sort, limit, after }: RequestParams<'nodes.known'>): Promise<KnownPage> {
    const all = await this.#entries();
    const query = JSON.stringify([filter, sort]);
    let listing = this.#listing;
    if (listing === undefined || listing.of !== all || listing.query !== query) {
      const placed = sortKnownNodes(await this.#matching(all, filter), sort);
      listing = { of: all, query, placed };
      this.#listing = listing;
    }
    const { entries, next } = pageOf(listing.placed, sort, after, limit);
    return {
      nodes: entries.map(viewOf),
      next,
      matching: listing.placed.length,
      total: all.length,
    };
  }

  /** The matching nodes as a file, by ID. @throws ApiError `invalid-parameters` with the field that is wrong */
  async export({ filter, format }: RequestParams<'nodes.exportKnown'>): Promise<ExportedNodes> {
    const matching = await this.#matching(await this.#entries(), filter);
    const slices = new Slices(this.#parts.clock);
    const pieces: string[] = [];
    for (const { entry } of sortKnownNodes(matching, { by: 'id', order: 'ascending' })) {
      const piece = PIECES[format](entry);
      if (piece !== undefined) pieces.push(piece);
      await slices.next();
    }
    const isSet = format === 'nodes.json';
    return {
      text: isSet ? `${joinNodeSet(pieces)}\n` : pieces.map((line) => `${line}\n`).join(''),
      fileName: isSet ? 'nodes.json' : `nodes-${format}.txt`,
      count: pieces.length,
      without: matching.length - pieces.length,
    };
  }

  /** All known nodes; requests within COLLECTION_MS share one collection, unless the node was started or stopped. */
  #entries(): Promise<readonly KnownEntry[]> {
    const { clock, current } = this.#parts;
    const last = this.#collection;
    const age = last?.at === undefined ? 0 : clock.monotonic() - last.at;
    if (last !== undefined && last.of === current.node && age <= COLLECTION_MS) return last.entries;
    const collection: Collection = {
      at: undefined,
      of: current.node,
      entries: this.#collect(() => collection),
    };
    this.#collection = collection;
    return collection.entries;
  }

  async #collect(of: () => Collection): Promise<readonly KnownEntry[]> {
    try {
      return await collectKnownNodes(this.#parts);
    } finally {
      of().at = this.#parts.clock.monotonic();
    }
  }

  async #matching(entries: readonly KnownEntry[], filter: KnownFilter): Promise<readonly KnownEntry[]> {
    const matches = this.#check(filter);
    const slices = new Slices(this.#parts.clock);
    const matching: KnownEntry[] = [];
    for (const entry of entries) {
      if (matches(entry)) matching.push(entry);
      await slices.next();
    }
    return matching;
  }

  #check(filter: KnownFilter): (entry: KnownEntry) => boolean {
    try {
      return knownNodeCheck(filter, this.#parts.chain.forkFilter, this.#parts.clock.now());
    } catch (cause) {
      if (!(cause instanceof IpError)) throw cause;
      throw new ApiError('invalid-parameters', `${cause.message}.`, 'filter.ip', { cause });
    }
  }
}

/** The text of one node in a file; undefined if it cannot be in it. */
const PIECES = {
  'nodes.json': (entry) => formatNodeSetEntry(crawledOf(entry)),
  enr: ({ node: { record } }) => (record === undefined ? undefined : enrToText(record)),
  enode: ({ node }) => enodeUrlOf(node),
} as const satisfies Record<
  RequestParams<'nodes.exportKnown'>['format'],
  (entry: KnownEntry) => string | undefined
>;

function viewOf({ node, checks: _, lastPong, ...facts }: KnownEntry): KnownNode {
  const { record, ip, hostname, udp, tcp } = node;
  return {
    ...facts,
    id: node.idHex,
    ip: ip ?? null,
    hostname: hostname ?? null,
    udp,
    tcp,
    enode: enodeUrlOf(node),
    enr: record === undefined ? null : enrToText(record),
    seq: record === undefined ? null : node.seq.toString(),
    lastPongAt: lastPong === 0 ? null : lastPong,
  };
}
