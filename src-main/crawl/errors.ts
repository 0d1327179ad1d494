import { CodecError } from '../base/errors.ts';

/** What a file of crawled nodes can have wrong. */
export type NodeSetErrorCode = 'invalid-json' | 'no-node-set' | 'invalid-node' | 'too-many-nodes';

/** Text that is no nodes.json. */
export class NodeSetError extends CodecError<NodeSetErrorCode> {}
