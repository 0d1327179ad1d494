/** The response to a TALKREQ: hex without 0x, and its round-trip time in milliseconds. */
export interface TalkResult {
  readonly response: string;
  readonly durationMs: number;
}
