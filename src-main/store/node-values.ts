/** The values of the database: JSON, checked when read, as a disk may give anything back. */
import { z } from 'zod';
import { canonicalIp } from '../base/ip.ts';
import { nodeTextOf, NodeTextError, parseNode, withEndpoint } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';

/** What is kept of a node at one address. Times are Unix milliseconds, 0 for never. */
export interface EndpointFacts {
  readonly lastPing: number;
  readonly lastPong: number;
  readonly findFails: number;
}

/** Of an address that we know nothing of. */
export const NO_FACTS: EndpointFacts = { lastPing: 0, lastPong: 0, findFails: 0 };

const port = z.int().min(0).max(0xffff);
const nodeValue = z.object({
  node: z.string().max(1_024),
  ip: z.string().max(45).nullable(),
  udp: port,
  tcp: port,
});
const time = z.int().min(0);
const endpointValue = z.object({ lastPing: time, lastPong: time, findFails: z.int().min(0) });

/** The value of a node: its record or URL, and the endpoint that proved itself, which may be another than the record's. */
export function encodeNodeValue(node: Node): string {
  return JSON.stringify({ node: nodeTextOf(node), ip: node.ip ?? null, udp: node.udp, tcp: node.tcp });
}

/** The node of a value, or undefined when the value is none or is another node's. */
export function decodeNodeValue(idHex: string, text: string): Node | undefined {
  const value = nodeValue.safeParse(parseJson(text));
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

/** The value of EndpointFacts. */
export function encodeEndpointValue(facts: EndpointFacts): string {
  return JSON.stringify(facts);
}

/** The facts of a value, or undefined when it is none. */
export function decodeEndpointValue(text: string): EndpointFacts | undefined {
  const value = endpointValue.safeParse(parseJson(text));
  return value.success ? value.data : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
