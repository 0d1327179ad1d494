/** The requests of the node lists. */
import { z } from 'zod';
import { MAX_NODE_LABEL, NODE_LISTS, type NodeListEntry, type RestoreResult } from './model/node-list.ts';
import {
  MAX_PREVIEW_CHARACTERS,
  MAX_PREVIEW_NODES,
  type NodeAdditionResult,
  type NodePreview,
} from './model/node-preview.ts';
import { nodeId, nodeText } from './node-schemas.ts';
import { request } from './request-spec.ts';

const label = z.string().trim().max(MAX_NODE_LABEL).nullable();
const listName = z.enum(NODE_LISTS);

/** The requests that read and change the node lists, by name. */
export const NODE_LIST_REQUESTS = {
  'nodes.add': request<NodeListEntry>()(z.strictObject({ list: listName, text: nodeText, label })),
  'nodes.edit': request<NodeListEntry>()(
    z.strictObject({ list: listName, id: nodeId, text: nodeText, label }),
  ),
  /** Checks a text as an entry of the list: null, or the sentence of the refusal. `editing` is the ID of the edited entry. */
  'nodes.check': request<{ readonly refusal: string | null }>()(
    z.strictObject({ list: listName, text: nodeText, editing: nodeId.nullable() }),
  ),
  /** `disconnect` also ends a session with the node, as admin_removePeer does. */
  'nodes.remove': request<{ readonly removed: boolean; readonly disconnected: boolean }>()(
    z.strictObject({ list: listName, id: nodeId, disconnect: z.boolean() }),
  ),
  /** Undoes removals: the entries are put back whole. `ids` in the order of their removal. */
  'nodes.restore': request<RestoreResult>()(
    z.strictObject({ list: listName, ids: z.array(nodeId).min(1).max(MAX_PREVIEW_NODES) }),
  ),
  /** Moves an entry in front of the entry `before`, or to the end. The order is that of the window and of exports. */
  'nodes.move': request<{ readonly moved: boolean }>()(
    z.strictObject({ list: listName, id: nodeId, before: nodeId.nullable() }),
  ),
  /** What each node of a text is, before anything is added. The format is detected (shared/model/node-preview.ts). */
  'nodes.preview': request<NodePreview>()(
    z.strictObject({ list: listName, text: z.string().max(MAX_PREVIEW_CHARACTERS) }),
  ),
  /** Adds nodes in one write. The reply has what happened to each, in their order. */
  'nodes.addMany': request<readonly NodeAdditionResult[]>()(
    z.strictObject({
      list: listName,
      nodes: z
        .array(z.strictObject({ text: nodeText, label }))
        .min(1)
        .max(MAX_PREVIEW_NODES),
    }),
  ),
  'nodes.export': request<{ readonly text: string; readonly fileName: string }>()(
    z.strictObject({ list: listName, format: z.enum(['lines', 'static-nodes.json', 'toml']) }),
  ),
} as const;
