/** Schemas of the parts of requests that name nodes. */
import { z } from 'zod';
import { MAX_NODE_TEXT } from './enode.ts';

/** A node ID. */
export const nodeId = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');

/** The text of a node: an enode URL or a record. */
export const nodeText = z.string().min(1).max(MAX_NODE_TEXT);
