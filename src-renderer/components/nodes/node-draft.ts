import type { NodeListName } from '../../../shared/model/node-list.ts';

/** What the form hands over. */
export interface NodeFormDraft {
  readonly list: NodeListName;
  readonly text: string;
  readonly label: string | null;
}
