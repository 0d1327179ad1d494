import type { NodeListName } from '../../../shared/model/node-list.ts';

/** The input of the form. */
export interface NodeFormDraft {
  readonly list: NodeListName;
  readonly text: string;
  readonly label: string | null;
}
