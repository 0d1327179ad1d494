import { formatEnode } from '../../shared/enode.ts';
import { MAX_ENR_BYTES } from '../../shared/enr-text.ts';
import { bytesToHex } from '../base/bytes.ts';
import { NodeTextError, parseNode } from '../node-record/node-factory.ts';
import type { Enr } from '../node-record/enr.ts';
import type { Node } from '../node-record/node.ts';
import type { Evidence } from './evidence.ts';
import { causeOf, fact, type StepLog, type StepResult } from './step-log.ts';

/** A text that is neither an enode URL, a record nor a node ID. */
interface WrongText {
  /** Index of the character at fault; null where no single one is. */
  readonly at: number | null;
  readonly reason: string;
}

/** The result of the step, with the character at fault. */
export interface ParseResult extends StepResult {
  readonly wrongAt: number | null;
}

/** A node ID (64 hex digits), or the public key that an enode URL contains (128). */
const HEX_ID = /^(?:0x)?([0-9a-f]{64}|[0-9a-f]{128})$/i;
const HEX_START = /^(?:0x)?[0-9a-f]{16}/i;
const ENODE = 'enode://';
const ENR = 'enr:';
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
    return refused(faultOf(input, error));
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

/** Where the text is wrong, and what is due there. */
function faultOf(input: string, error: NodeTextError): WrongText {
  const { field, reason: code, message: reason } = error;
  if (/\s/.test(input)) return { at: input.search(/\s/), reason: 'a node has no white space' };
  switch (field) {
    case 'prefix':
      return prefixFault(input, reason);
    case 'public-key':
      return keyFault(input, code, reason);
    case 'host':
      return { at: hostAt(input), reason };
    case 'port':
      return { at: portAt(input), reason };
    case 'discport':
      return { at: input.indexOf('discport=') + 'discport='.length, reason };
    case 'record':
      return recordFault(input, code, reason);
  }
}

/** The first character that differs from the prefix that the text resembles. */
function prefixFault(input: string, reason: string): WrongText {
  if (HEX_START.test(input)) {
    const digits = input.replace(/^0x/i, '');
    const start = input.length - digits.length;
    const bad = digits.search(/[^0-9a-f]/i);
    const count = `a node ID has 64 hex digits, a public key ${String(KEY_DIGITS)}`;
    if (bad >= 0) return { at: start + bad, reason: `${count}; this is no hex digit` };
    return { at: input.length, reason: `${count}; these are ${String(digits.length)}` };
  }
  const prefix = /^enr/i.test(input) ? ENR : ENODE;
  let at = 0;
  while (at < prefix.length && input[at]?.toLowerCase() === prefix[at]) at++;
  return { at, reason };
}

function keyFault(input: string, code: string, reason: string): WrongText {
  const start = ENODE.length;
  const at = input.indexOf('@');
  const key = input.slice(start, at < 0 ? undefined : at);
  const bad = key.search(/[^0-9a-f]/i);
  if (code === 'missing-public-key') return { at: start, reason };
  if (bad >= 0) return { at: start + bad, reason };
  // Too short: the next digit is due; too long: the first digit too many; not on the curve: the key as a whole.
  const wrong = key.length === KEY_DIGITS ? 0 : Math.min(key.length, KEY_DIGITS);
  return { at: start + wrong, reason };
}

const hostAt = (input: string): number => {
  const at = input.lastIndexOf('@');
  return at < 0 ? input.length : at + 1;
};

/** After the last colon of the authority; its end where there is no port. */
function portAt(input: string): number {
  const host = hostAt(input);
  const rest = input.slice(host);
  const end = rest.search(/[/?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const colon = authority.lastIndexOf(':');
  return colon < 0 || colon < authority.lastIndexOf(']') ? host + authority.length : host + colon + 1;
}

function recordFault(input: string, code: string, reason: string): WrongText {
  const start = ENR.length;
  const text = input.slice(start);
  const bad = text.search(/[^0-9A-Za-z_-]/);
  if (bad >= 0)
    return { at: start + bad, reason: `${reason}; base64url has A to Z, a to z, 0 to 9, - and _` };
  if (code === 'truncated' || code === 'bad-base64') return { at: input.length, reason };
  if (code === 'too-large') return { at: start + Math.ceil((MAX_ENR_BYTES * 4) / 3), reason };
  return { at: null, reason };
}

/** The enode URL of a node with another endpoint, for the suggestion of a verdict. */
export function enodeOf(node: Pick<Node, 'publicKey'>, ip: string, tcp: number, udp: number): string {
  return formatEnode({ publicKey: node.publicKey, ip, hostname: undefined, tcp, udp });
}
