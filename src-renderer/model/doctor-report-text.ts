import { visibleText } from './format.ts';

/** A line of a Markdown report for its preview. */
export interface ReportLine {
  readonly text: string;
  /** Whether the whole line is strong: its asterisks are not in `text`. */
  readonly isStrong: boolean;
}

/** The lines of a Markdown report, without the final empty one. */
export function visibleLines(markdown: string): readonly ReportLine[] {
  return markdown
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const strong = /^\*\*(.*)\*\*$/.exec(line)?.[1];
      return { text: visibleText(strong ?? line), isStrong: strong !== undefined };
    });
}
