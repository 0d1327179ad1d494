import { formatEnode } from '../../shared/enode.ts';
import { bytesToHex } from '../base/bytes.ts';
import { NodeTextError, parseNode } from '../node-record/node-factory.ts';
import type { Enr } from '../node-record/enr.ts';
import type { Node } from '../node-record/node.ts';
import { wrongTextOf, type WrongText } from '../node-record/wrong-text.ts';
import type { Evidence } from './evidence.ts';
import { causeOf, fact, type StepLog, type StepResult } from './step-log.ts';

/** The result of the step, with the character at fault. */
export interface ParseResult extends StepResult {
  readonly wrongAt: number | null;
}

/** A node ID (64 hex digits), or the public key that an enode URL contains (128). */
const HEX_ID = /^(?:0x)?([0-9a-f]{64}|[0-9a-f]{128})$/i;
const ENODE = 'enode://';
const KEY_DIGITS = 128;

/** Reads the input: an enode URL, a record (whose signature is verified), a node ID or a public key. */
export function parseStep(
  input: string,
  known: (idHex: string) => Node | undefined,
  evidence: Evidence,
  log: StepLog,
): ParseResult {
  const hex = HEX_ID.exec(input)?.[1]?.toLowerCase();
  if (hex !== undefined) return readId(hex, input, known, evidence, log);
  try {
    const node = parseNode(input);
    const record = node.record;
    const found = known(node.idHex);
    if (found !== undefined) evidence.known = found;
    evidence.node = node;
    if (record !== undefined) evidence.givenRecord = record;
    log.received(...nodeFacts(node, record));
    if (hasPlace(node)) return { ...passed(describe(node)), wrongAt: null };
    return locate(node, found, evidence);
  } catch (error) {
    if (!(error instanceof NodeTextError)) throw error;
    if (error.reason === 'bad-signature') return forged(error.message);
    return refused(wrongTextOf(input, error));
  }
}

function readId(
  hex: string,
  input: string,
  known: (idHex: string) => Node | undefined,
  evidence: Evidence,
  log: StepLog,
): ParseResult {
  let idHex = hex;
  if (hex.length === KEY_DIGITS) {
    try {
      const node = parseNode(`${ENODE}${hex}`);
      idHex = node.idHex;
    } catch (error) {
      if (!(error instanceof NodeTextError)) throw error;
      return refused({ at: input.length - hex.length, reason: error.message });
    }
  }
  const found = known(idHex);
  if (found === undefined || !hasPlace(found)) return unknownNode();
  evidence.node = found;
  evidence.known = found;
  log.received(...nodeFacts(found, found.record));
  return { ...passed(`node ID; this node knows ${describe(found)}`), wrongAt: null };
}

/** A node without an address: that of the newest known version is used. */
function locate(node: Node, found: Node | undefined, evidence: Evidence): ParseResult {
  if (found === undefined || !hasPlace(found)) return unknownNode();
  evidence.node = found;
  return { ...passed(`no address in it; this node knows ${describe(found)}`), wrongAt: null };
}

const hasPlace = (node: Node): boolean =>
  node.ip !== undefined || node.hostname !== undefined || node.record?.ip6 !== undefined;

function unknownNode(): ParseResult {
  return {
    state: 'failed',
    finding: 'no address in it, and this node knows none',
    explanation: 'A node ID alone does not tell where the node is. Give its enode URL or record.',
    cause: causeOf('not-known'),
    wrongAt: null,
  };
}

const passed = (finding: string): StepResult => ({ state: 'passed', finding });

function refused({ at, reason }: WrongText): ParseResult {
  const where = at === null ? '' : ` at character ${String(at + 1)}`;
  return {
    state: 'failed',
    finding: `not a node${where}: ${reason}`,
    cause: causeOf('invalid-node-text'),
    wrongAt: at,
  };
}

function forged(finding: string): ParseResult {
  return { state: 'failed', finding, cause: causeOf('bad-signature'), wrongAt: null };
}

function describe(node: Node): string {
  const kind = node.record === undefined ? 'enode, key on the curve' : 'record, signature holds';
  const ports =
    node.tcp === node.udp
      ? `TCP and UDP ${String(node.tcp)}`
      : `TCP ${String(node.tcp)}, UDP ${String(node.udp)}`;
  return `${kind}, ${ports}`;
}

function nodeFacts(node: Node, record: Enr | undefined) {
  const facts = [fact('Node ID', node.idHex), fact('Host', node.ip ?? node.hostname ?? 'none')];
  facts.push(fact('TCP', node.tcp), fact('UDP', node.udp));
  if (record === undefined) return facts;
  facts.push(fact('Sequence', record.seq), fact('Signature', 'holds', 'good'));
  if (record.ip6 !== undefined) facts.push(fact('IPv6', record.ip6));
  if (record.eth !== undefined) facts.push(fact('eth', `fork ${bytesToHex(record.eth.hash)}`));
  return facts;
}

/** The enode URL of a node with another endpoint, for the suggestion of a verdict. */
export function enodeOf(node: Pick<Node, 'publicKey'>, ip: string, tcp: number, udp: number): string {
  return formatEnode({ publicKey: node.publicKey, ip, hostname: undefined, tcp, udp });
}
