import { parseEnode } from '../../shared/enode.ts';
import { parseEnrText } from '../../shared/enr-text.ts';
import { shortId } from '../../shared/format.ts';
import { formatHex } from '../../shared/hex.ts';
import type { NodeListName } from '../../shared/model/node-list.ts';
import { refuseNode, refuseNodeCount } from '../../shared/node-check.ts';
import { visibleText } from './format.ts';

/** The check of a node's text while the user types. */
export type NodeTextCheck =
  | { readonly state: 'empty' }
  | { readonly state: 'bad'; readonly message: string }
  | {
      readonly state: 'good';
      readonly kind: 'enode' | 'record';
      /** The parts of the text; `name` is a key of the messages `nodes.fact`. */
      readonly facts: readonly {
        readonly name: 'key' | 'host' | 'tcp' | 'udp' | 'bytes';
        readonly value: string;
      }[];
      /** Likely problems; keys of the messages `nodes.warning`. */
      readonly warnings: readonly ('no-host' | 'no-tcp' | 'loopback' | 'private')[];
    };

/**
 * Checks an enode URL or an ENR with the same code as the node. The node checks what this code cannot, such as the
 * signature of an ENR; the form requests that check.
 * @param list the list that the node is for; undefined if it is for none
 */
export function checkNodeText(raw: string, list?: NodeListName): NodeTextCheck {
  const text = raw.trim();
  if (text === '') return { state: 'empty' };
  const count = refuseNodeCount(text);
  if (count !== undefined) return { state: 'bad', message: count.message };
  if (text.startsWith('enr:')) {
    const record = parseEnrText(text);
    if (!record.ok) return { state: 'bad', message: record.message };
    const facts = [{ name: 'bytes', value: String(record.bytes.length) }] as const;
    return { state: 'good', kind: 'record', facts, warnings: [] };
  }
  const parsed = parseEnode(text);
  if (!parsed.ok) {
    const either = 'Enter an enode URL (enode://…) or an ENR (enr:…)';
    return { state: 'bad', message: parsed.reason === 'missing-prefix' ? either : parsed.message };
  }
  const { publicKey, ip, hostname, tcp, udp } = parsed.enode;
  const ips = ip === undefined ? [] : [ip];
  const refusal = list === undefined ? undefined : refuseNode(list, { ips, hostname, tcp, udp });
  if (refusal !== undefined) return { state: 'bad', message: refusal.message };
  const host = ip ?? hostname;
  return {
    state: 'good',
    kind: 'enode',
    facts: [
      { name: 'key', value: formatHex(publicKey) },
      ...(host === undefined
        ? []
        : ([
            { name: 'host', value: host },
            { name: 'tcp', value: String(tcp) },
            { name: 'udp', value: String(udp) },
          ] as const)),
    ],
    warnings: warningsOf(ip, hostname, tcp),
  };
}

/** The text of a node for one line: an enode URL with its key shortened, in two parts, or an ENR shortened in the middle. */
export function shortNodeText(text: string): {
  /** `enode://9f4c2a…17fa`, `enr:-KO4QKO4QKO4QKO4…x2Bw8A`. */
  readonly key: string;
  /** `@node.example.org:30303?discport=0`; empty for an ENR. */
  readonly place: string;
} {
  const [, scheme, key = '', place = ''] = /^(enode:\/\/)([^@]*)(.*)$/is.exec(text) ?? [];
  if (scheme === undefined) return { key: visibleText(shortId(text, 20, 6)), place: '' };
  return { key: visibleText(`${scheme}${shortId(key, 6, 4)}`), place: visibleText(place) };
}

/** How many nodes a text seems to have: the starts of enode URLs and records in it. */
export function countNodes(text: string): number {
  return text.match(/enode:\/\/|enr:-/gi)?.length ?? 0;
}

type Warning = 'no-host' | 'no-tcp' | 'loopback' | 'private';

function warningsOf(ip: string | undefined, hostname: string | undefined, tcp: number): readonly Warning[] {
  if (ip === undefined && hostname === undefined) return ['no-host'];
  const warnings: Warning[] = [];
  if (tcp === 0) warnings.push('no-tcp');
  if (ip !== undefined && (ip.startsWith('127.') || ip === '::1')) warnings.push('loopback');
  else if (ip !== undefined && isPrivate(ip)) warnings.push('private');
  return warnings;
}

/** Private (RFC 1918, RFC 4193) and link-local addresses: reachable only within the local network. */
function isPrivate(ip: string): boolean {
  return /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/i.test(
    ip,
  );
}
