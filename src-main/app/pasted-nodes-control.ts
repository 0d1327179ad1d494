import { MAX_NODE_TEXT } from '../../shared/enode.ts';
import { MAX_NODE_LABEL, NODE_LISTS, type NodeListName } from '../../shared/model/node-list.ts';
import type {
  NodeAddition,
  NodeAdditionResult,
  NodePreview,
  PreviewNode,
  PreviewRecord,
  PreviewState,
} from '../../shared/model/node-preview.ts';
import { refuseNode } from '../../shared/node-check.ts';
import type { PastedNodeControl } from '../api/backend.ts';
import type { Clock } from '../base/runtime.ts';
import { Slices } from '../base/slices.ts';
import { plainText } from '../events/plain-text.ts';
import { NodeTextError } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';
import { wrongTextOf } from '../node-record/wrong-text.ts';
import { BanError } from '../server/ban-target.ts';
import type { BanList } from '../server/bans.ts';
import { nodeToCheck } from '../node-record/node-to-check.ts';
import type { NodeListStore } from '../store/node-lists.ts';
import { nodeOfPasted, parsePastedNodes, type PastedNode } from '../store/pasted-nodes.ts';
import type { ConfiguredNodes } from './configured-nodes.ts';
import type { ListControl } from './node-list-control.ts';

/** Constructor arguments of PastedNodeController. */
export interface PastedNodeParts {
  readonly clock: Clock;
  readonly lists: Pick<NodeListStore, 'get' | 'isOwn'>;
  readonly configured: ConfiguredNodes;
  readonly bans: Pick<BanList, 'assertNotBannedByHand'>;
  /** Whether the setting `netRestrict` allows an address. */
  readonly allows: (ip: string) => boolean;
  /** The newest version of a node that a table, the database or a session has. */
  readonly known: (idHex: string) => Node | undefined;
  readonly control: Pick<ListControl, 'addMany'>;
}

/** What adding a node to a list would do. */
type Verdict = Pick<PreviewNode, 'state' | 'reason' | 'wrongAt' | 'sameAs'>;

/** Texts with many nodes for the API: what each line is, and the addition of the chosen ones. Long work is done in slices. */
export class PastedNodeController implements PastedNodeControl {
  readonly #parts: PastedNodeParts;

  constructor(parts: PastedNodeParts) {
    this.#parts = parts;
  }

  async preview(list: NodeListName, text: string): Promise<NodePreview> {
    const { nodes, ...rest } = parsePastedNodes(text, list);
    const slices = new Slices(this.#parts.clock);
    const seen = new Map<string, number>();
    const views: PreviewNode[] = [];
    for (const [at, pasted] of nodes.entries()) {
      views.push(this.#view(list, at, pasted, seen));
      await slices.next();
    }
    return { ...rest, nodes: views };
  }

  async add(list: NodeListName, additions: readonly NodeAddition[]): Promise<readonly NodeAdditionResult[]> {
    const slices = new Slices(this.#parts.clock);
    const seen = new Map<string, number>();
    const results: NodeAdditionResult[] = [];
    const chosen: { at: number; node: Node; text: string; label: string | null }[] = [];
    for (const [at, { text, label }] of additions.entries()) {
      const pasted = { ...NO_PLACE, line: at + 1, text: text.trim() };
      const { node, verdict } = this.#judge(list, pasted, seen);
      results.push(OUTCOMES[verdict.state](verdict));
      if (node !== undefined && ADDED.includes(verdict.state))
        chosen.push({ at, node, text: pasted.text, label });
      await slices.next();
    }
    const outcomes = await this.#parts.control.addMany(list, chosen);
    for (const [index, { at }] of chosen.entries()) results[at] = outcomes[index] ?? FAILED;
    return results;
  }

  /** @param seen the line of each node ID so far */
  #view(list: NodeListName, at: number, pasted: PastedNode, seen: Map<string, number>): PreviewNode {
    const { node, verdict } = this.#judge(list, pasted, seen);
    return {
      ...{ at, line: pasted.line, label: labelOf(pasted), text: pasted.text.slice(0, MAX_NODE_TEXT) },
      ...verdict,
      column: columnOf(pasted, verdict),
      id: node?.idHex ?? null,
      host: node?.hostname ?? node?.ip ?? null,
      tcp: node?.tcp ?? 0,
      udp: node?.udp ?? 0,
      lists: node === undefined ? [] : this.#otherLists(list, node.idHex),
      record: node === undefined ? null : this.#compareRecord(node),
    };
  }

  #judge(
    list: NodeListName,
    pasted: PastedNode,
    seen: Map<string, number>,
  ): { readonly node: Node | undefined; readonly verdict: Verdict } {
    let node: Node;
    try {
      node = nodeOfPasted(pasted);
    } catch (error) {
      if (!(error instanceof NodeTextError)) throw error;
      const { at, reason } =
        pasted.fault === null ? wrongTextOf(pasted.text, error) : NO_CHARACTER(error.message);
      const wrongAt = at !== null && at <= MAX_NODE_TEXT ? at : null;
      return { node: undefined, verdict: { ...verdictOf('refused'), reason: sentence(reason), wrongAt } };
    }
    const sameAs = seen.get(node.idHex) ?? null;
    if (sameAs !== null) return { node, verdict: { ...verdictOf('repeated'), sameAs } };
    seen.set(node.idHex, pasted.line);
    return { node, verdict: this.#verdict(list, node) };
  }

  #verdict(list: NodeListName, node: Node): Verdict {
    const { lists, bans, allows, configured } = this.#parts;
    if (lists.isOwn(node.idHex)) return verdictOf('own');
    const entry = lists.get(list, node.idHex);
    const isGiven = configured[list].some((given) => given.node.idHex === node.idHex);
    const isNewer = entry?.node.record !== undefined && node.seq > entry.node.seq;
    if (isGiven || (entry !== undefined && !isNewer)) return verdictOf('listed');
    const refusal = refuseNode(list, nodeToCheck(node), { allows });
    if (refusal !== undefined) return { ...verdictOf('refused'), reason: refusal.message };
    try {
      bans.assertNotBannedByHand(node);
    } catch (error) {
      if (!(error instanceof BanError)) throw error;
      return { ...verdictOf('refused'), reason: sentence(error.message) };
    }
    return verdictOf(entry === undefined ? 'new' : 'newer');
  }

  #otherLists(list: NodeListName, idHex: string): readonly NodeListName[] {
    const { lists, configured } = this.#parts;
    return NODE_LISTS.filter(
      (name) =>
        name !== list &&
        (lists.get(name, idHex) !== undefined || configured[name].some(({ node }) => node.idHex === idHex)),
    );
  }

  /** Compares the record of a node with the newest known one. */
  #compareRecord(node: Node): PreviewRecord | null {
    const { lists, known } = this.#parts;
    if (node.record === undefined) return null;
    const others = [known(node.idHex), ...NODE_LISTS.map((list) => lists.get(list, node.idHex)?.node)];
    const [newest] = others
      .flatMap((other) => (other?.record === undefined ? [] : [other.seq]))
      .sort((a, b) => (a > b ? -1 : 1));
    if (newest === undefined) return null;
    const age = node.seq === newest ? 'same' : node.seq < newest ? 'older' : 'newer';
    return { seq: node.seq.toString(), knownSeq: newest.toString(), age };
  }
}

/** The states of nodes that are added. */
const ADDED: readonly PreviewState[] = ['new', 'newer'];

const NO_PLACE = { column: 1, label: null, id: null, fault: null } as const;
const NO_CHARACTER = (reason: string) => ({ at: null, reason });

const verdictOf = (state: PreviewState): Verdict => ({ state, reason: null, wrongAt: null, sameAs: null });

const FAILED: NodeAdditionResult = { outcome: 'refused', reason: 'The node was not added.' };
const UNCHANGED: NodeAdditionResult = { outcome: 'unchanged', reason: null };

/** What happens to a node that is not added. */
const OUTCOMES = {
  new: () => FAILED,
  newer: () => FAILED,
  listed: () => UNCHANGED,
  repeated: () => UNCHANGED,
  own: () => ({ outcome: 'refused', reason: 'This is our own node.' }),
  refused: ({ reason }) => ({ outcome: 'refused', reason }),
} as const satisfies Record<PreviewState, (verdict: Verdict) => NodeAdditionResult>;

/** A label without control and format characters, cut to its maximum; null for an empty one. */
function labelOf({ label }: PastedNode): string | null {
  const clean = plainText(label ?? '', MAX_NODE_LABEL);
  return clean === '' ? null : clean;
}

/** The character of the line at which a person has to look. */
function columnOf({ column, fault }: PastedNode, { wrongAt }: Verdict): number | null {
  if (fault !== null) return column;
  return wrongAt === null || column === null ? null : column + wrongAt;
}

/** A phrase as a sentence. */
function sentence(phrase: string): string {
  return `${phrase.charAt(0).toUpperCase()}${phrase.slice(1)}${/[.!?]$/.test(phrase) ? '' : '.'}`;
}
