import { shortId } from '../../shared/format.ts';
import type { LastRun } from './last-run.ts';
import { escapedHtml } from './simple-page.ts';

/** The script of src-renderer/public that reads the chosen theme from local storage, which takes some time. */
const THEME_SCRIPT = '<script src="./theme.js"></script>';

/** Leaves out of the page’s HTML what the application has done: its first paint does not wait for the theme’s script. */
export const withoutThemeScript = (html: string): string => html.replace(THEME_SCRIPT, '');

/**
 * Puts the facts of the last run into the page’s HTML, which shows them before its scripts run: the elements with
 * `data-last` get their texts, and the root element the mark that the node’s data is being opened.
 * @param html src-renderer/index.html as it was built
 */
export function fillSkeleton(html: string, lastRun: LastRun | undefined): string {
  const marked = html.replace('<html', '<html data-opening');
  if (lastRun === undefined) return marked;
  const texts: Readonly<Record<string, string>> = {
    network: lastRun.network,
    node: shortId(lastRun.nodeId),
    nodes: String(lastRun.listedNodes),
  };
  return marked.replace(
    /(data-last="(\w+)"[^>]*>)/g,
    (tag: string, _tag: string, name: string) => `${tag}${escapedHtml(texts[name] ?? '')}`,
  );
}
