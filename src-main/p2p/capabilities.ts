/**
 * Which protocols two nodes share, and which message codes each of them gets.
 * @see https://github.com/ethereum/devp2p/blob/master/rlpx.md#message-id-based-multiplexing
 */

/** Message codes that the base protocol keeps for itself. */
export const BASE_PROTOCOL_LENGTH = 16;

/** A protocol's name and version, as Hello lists it. */
export interface Capability {
  readonly name: string;
  readonly version: number;
}

/** A capability and how many message codes it needs. */
export interface SizedCapability extends Capability {
  readonly length: number;
}

/** A capability that both sides have, with its first message code. */
export type Negotiated<T extends SizedCapability> = { readonly protocol: T; readonly offset: number };

/**
 * The shared protocols: of each name the highest version that both have, in alphabetical order of names, each behind
 * the codes of the one before.
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

/** `eth/69`. */
export function capabilityText(capability: Capability): string {
  return `${capability.name}/${String(capability.version)}`;
}

/** By name as bytes, then by version: the order of Hello, and of message codes. */
export function compareCapabilities(a: Capability, b: Capability): number {
  return byName(a, b) || a.version - b.version;
}

/** Names are ASCII, where code units sort as bytes; a locale's order would differ between nodes. */
function byName(a: Capability, b: Capability): number {
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}
