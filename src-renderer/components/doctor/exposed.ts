/** What the list of steps offers to its view. */
export interface StepListActions {
  /** Moves the focus to the step before or after; to the first or last one from outside the list. */
  move(by: 1 | -1): void;
}

/** What the report offers to its view. */
export interface ReportActions {
  copyMarkdown(): void;
}

/** What the field offers to its view. */
export interface FieldActions {
  focus(): void;
}
