/** Bytes of 0x-prefixed or bare hex, as the vectors spell them. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.startsWith('0x') ? text.slice(2) : text, 'hex'));
}

/** 0x-prefixed lower-case hex of bytes, for comparing with the vectors. */
export function unhex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString('hex')}`;
}
