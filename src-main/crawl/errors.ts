import { CodecError } from '../base/errors.ts';

/** The faults of a nodes.json. */
export type NodeSetErrorCode = 'invalid-json' | 'no-node-set' | 'invalid-node' | 'too-many-nodes';

/** An invalid nodes.json. */
export class NodeSetError extends CodecError<NodeSetErrorCode> {}
