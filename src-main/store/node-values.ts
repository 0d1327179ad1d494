/** Values of the node database: JSON, validated when read, because the database may be damaged. */
import { z } from 'zod';
import { MAX_NODE_TEXT } from '../../shared/enode.ts';
import { canonicalIp } from '../base/ip.ts';
import { nodeTextOf, NodeTextError, parseNode, withEndpoint } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';
import { parseStoredJson } from './stored-json.ts';

/** State of a node at one IP address. Times are Unix milliseconds, 0 for never. */
export interface EndpointFacts {
  readonly lastPing: number;
  readonly lastPong: number;
  readonly findFails: number;
}

/** State of an unknown address. */
export const NO_ENDPOINT_FACTS: EndpointFacts = { lastPing: 0, lastPong: 0, findFails: 0 };

const port = z.int().min(0).max(0xffff);
const nodeValue = z.object({
  node: z.string().max(MAX_NODE_TEXT),
  ip: z.string().max(45).nullable(),
  udp: port,
  tcp: port,
});
const time = z.int().min(0);
const endpointValue = z.object({ lastPing: time, lastPong: time, findFails: z.int().min(0) });

/** Encodes a node: its record or URL, and its proven endpoint, which may differ from that of the record. */
export function encodeNodeValue(node: Node): string {
  return JSON.stringify({ node: nodeTextOf(node), ip: node.ip ?? null, udp: node.udp, tcp: node.tcp });
}

/** Decodes a node; undefined when the value is invalid or is of another node. */
export function decodeNodeValue(idHex: string, text: string): Node | undefined {
  const value = nodeValue.safeParse(parseStoredJson(text));
  if (!value.success) return undefined;
  try {
    const node = parseNode(value.data.node);
    const ip = value.data.ip === null ? undefined : canonicalIp(value.data.ip);
    if (node.idHex !== idHex || (value.data.ip !== null && ip === undefined)) return undefined;
    return withEndpoint(node, { ip, udp: value.data.udp, tcp: value.data.tcp });
  } catch (error) {
    if (error instanceof NodeTextError) return undefined;
    throw error;
  }
}

/** Encodes EndpointFacts. */
export function encodeEndpointValue(facts: EndpointFacts): string {
  return JSON.stringify(facts);
}

/** Decodes EndpointFacts; undefined when the value is invalid. */
export function decodeEndpointValue(text: string): EndpointFacts | undefined {
  const value = endpointValue.safeParse(parseStoredJson(text));
  return value.success ? value.data : undefined;
}
