/** The entry of a node list in the audit log: its text, and its label where it has one. */
export const entryText = ({
  text,
  label,
}: {
  readonly text: string;
  readonly label: string | null;
}): string => (label === null ? text : `${text} (${label})`);
