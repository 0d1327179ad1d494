import { parsers } from 'prettier/plugins/markdown';
import { escapedHtml } from '../src-main/desktop/simple-page.ts';

/*
 * Markdown to HTML, for the pages of the documentation. The parser is prettier's, which also formats these files.
 */

/** A node of the parser's tree, https://github.com/syntax-tree/mdast; the fields depend on `type`. */
interface MarkdownNode {
  readonly type: string;
  readonly children?: readonly MarkdownNode[];
  readonly value?: string;
  readonly depth?: number;
  readonly ordered?: boolean;
  readonly url?: string;
  readonly alt?: string;
}

/** A text in HTML. */
export interface RenderedMarkdown {
  /** The text of the first heading. */
  readonly title: string;
  readonly html: string;
}

/** The target of a link in HTML; undefined: the link's text stays without a link. */
export type ResolveLink = (url: string) => string | undefined;

/**
 * Renders what the documentation consists of: headings with GitHub's anchors, paragraphs, lists, tables, code, links and
 * images.
 * @throws Error for anything else, so that nothing is left out without a word
 */
export async function renderMarkdown(text: string, resolveLink: ResolveLink): Promise<RenderedMarkdown> {
  // The second argument is for formatting.
  const root = (await parsers.markdown.parse(text, {} as never)) as MarkdownNode;
  const nodes = childrenOf(root);
  return {
    title: textOf(nodes.find(({ type }) => type === 'heading')),
    html: nodes.map((node) => htmlOf(node, resolveLink)).join('\n'),
  };
}

/** GitHub's anchor of a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');

const childrenOf = (node: MarkdownNode): readonly MarkdownNode[] => node.children ?? [];

function textOf(node: MarkdownNode | undefined): string {
  if (node === undefined) return '';
  return node.value ?? childrenOf(node).map(textOf).join('');
}

function htmlOf(node: MarkdownNode, resolveLink: ResolveLink): string {
  const inside = (): string =>
    childrenOf(node)
      .map((child) => htmlOf(child, resolveLink))
      .join('');
  switch (node.type) {
    case 'text':
      return escapedHtml(node.value ?? '');
    case 'inlineCode':
      return `<code>${escapedHtml(node.value ?? '')}</code>`;
    case 'code':
      // Wide lines scroll, with the keyboard too.
      return `<pre tabindex="0"><code>${escapedHtml(node.value ?? '')}</code></pre>`;
    case 'strong':
      return `<strong>${inside()}</strong>`;
    case 'heading': {
      const tag = `h${String(node.depth)}`;
      return `<${tag} id="${escapedHtml(anchorOf(textOf(node)))}">${inside()}</${tag}>`;
    }
    case 'paragraph':
      return `<p>${inside()}</p>`;
    case 'list':
      return node.ordered === true ? `<ol>${inside()}</ol>` : `<ul>${inside()}</ul>`;
    case 'listItem':
      return `<li>${inside()}</li>`;
    case 'table':
      return tableOf(node, resolveLink);
    case 'image':
      return `<img src="${escapedHtml(node.url ?? '')}" alt="${escapedHtml(node.alt ?? '')}" loading="lazy">`;
    case 'link':
      return linkOf(resolveLink(node.url ?? ''), inside());
    default:
      throw new Error(`The documentation has no rendering for "${node.type}": ${textOf(node)}`);
  }
}

function linkOf(target: string | undefined, text: string): string {
  if (target === undefined) return text;
  const kind = target.startsWith('https:')
    ? ' target="_blank" rel="noreferrer"'
    : /\.html(#|$)|^#/.test(target)
      ? ''
      : ' download';
  return `<a href="${escapedHtml(target)}"${kind}>${text}</a>`;
}

/** A table that scrolls sideways where it is too wide, with the keyboard too. */
function tableOf(table: MarkdownNode, resolveLink: ResolveLink): string {
  const [head, ...rows] = childrenOf(table).map((row) =>
    childrenOf(row).map((cell) =>
      childrenOf(cell)
        .map((child) => htmlOf(child, resolveLink))
        .join(''),
    ),
  );
  const line = (tag: string, cells: readonly string[]): string =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return [
    '<div class="table" tabindex="0"><table>',
    `<thead>${line('th', head ?? [])}</thead>`,
    `<tbody>${rows.map((row) => line('td', row)).join('\n')}</tbody>`,
    '</table></div>',
  ].join('\n');
}
