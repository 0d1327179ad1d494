/** One bar of a BarList. */
export interface Bar {
  readonly key: string;
  readonly title: string;
  readonly value: number;
  readonly text: string;
  readonly colour: string;
  /** Tooltip; default: the title. */
  readonly hint?: string;
}
