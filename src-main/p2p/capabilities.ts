/**
 * Negotiation of the shared capabilities of two nodes, and of their message codes.
 * @see https://github.com/ethereum/devp2p/blob/master/rlpx.md#message-id-based-multiplexing
 */

/** Number of message codes that are reserved for the base protocol. */
export const BASE_PROTOCOL_LENGTH = 16;

/** Name and version of a protocol, as Hello lists them. */
export interface Capability {
  readonly name: string;
  readonly version: number;
}

/** A capability with the number of its message codes. */
export interface SizedCapability extends Capability {
  readonly length: number;
}

/** A shared capability with its first message code. */
export type Negotiated<T extends SizedCapability> = { readonly protocol: T; readonly offset: number };

/**
 * Returns the shared protocols: the highest shared version of each name, in alphabetical order of names. The message
 * codes of each follow those of the one before.
 */
export function negotiate<T extends SizedCapability>(
  ours: readonly T[],
  theirs: readonly Capability[],
): readonly Negotiated<T>[] {
  const offered = new Set(theirs.map(capabilityText));
  const best = new Map<string, T>();
  for (const protocol of ours) {
    if (!offered.has(capabilityText(protocol))) continue;
    const other = best.get(protocol.name);
    if (other === undefined || other.version < protocol.version) best.set(protocol.name, protocol);
  }
  let offset = BASE_PROTOCOL_LENGTH;
  return [...best.values()].sort(byName).map((protocol) => {
    const negotiated = { protocol, offset };
    offset += protocol.length;
    return negotiated;
  });
}

/** Formats a capability as `eth/69`. */
export function capabilityText(capability: Capability): string {
  return `${capability.name}/${String(capability.version)}`;
}

/** Orders by name (as bytes), then by version: the order in Hello and of message codes. */
export function compareCapabilities(a: Capability, b: Capability): number {
  return byName(a, b) || a.version - b.version;
}

/** Names are ASCII, so code units sort as bytes. The order of a locale would differ between nodes. */
function byName(a: Capability, b: Capability): number {
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}
