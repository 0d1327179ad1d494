/** Schemas of the parts of requests that name nodes. */
import { z } from 'zod';

/** A node ID. */
export const nodeId = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');

/** The text of a node: large enough for an ENR of 300 bytes or an enode URL with a long host name. */
export const nodeText = z.string().min(1).max(1_024);
