import { describe, expect, test } from 'vitest';
import { anchorOf, renderMarkdown } from '../../../build/markdown.ts';

const htmlOf = async (text: string): Promise<string> => (await renderMarkdown(text, (url) => url)).html;

describe('Markdown as HTML', () => {
  test('has headings with the anchors of GitHub', async () => {
    expect(await htmlOf('# A node’s `enode:` URL')).toBe(
      '<h1 id="a-nodes-enode-url">A node’s <code>enode:</code> URL</h1>',
    );
    expect(anchorOf('EIP-778, and more (v4)')).toBe('eip-778-and-more-v4');
  });

  test('escapes text and code', async () => {
    expect(await htmlOf('a < b & `"<c>"`')).toBe('<p>a &lt; b &amp; <code>&quot;&lt;c&gt;&quot;</code></p>');
    expect(await htmlOf('```sh\nx <file>\n```')).toBe('<pre tabindex="0"><code>x &lt;file&gt;</code></pre>');
  });

  test('has lists, strong text and images', async () => {
    expect(await htmlOf('- **a**\n- b\n')).toBe(
      '<ul><li><p><strong>a</strong></p></li><li><p>b</p></li></ul>',
    );
    expect(await htmlOf('1. a\n')).toBe('<ol><li><p>a</p></li></ol>');
    expect(await htmlOf('![the "window"](a.png)')).toBe(
      '<p><img src="a.png" alt="the &quot;window&quot;" loading="lazy"></p>',
    );
  });

  test('has tables, which can be scrolled with the keyboard', async () => {
    const html = await htmlOf('| flag | meaning |\n| --- | --- |\n| `--a` | one |\n');
    expect(html).toContain('<div class="table" tabindex="0">');
    expect(html).toContain('<thead><tr><th>flag</th><th>meaning</th></tr></thead>');
    expect(html).toContain('<tbody><tr><td><code>--a</code></td><td>one</td></tr></tbody>');
  });

  test('leads a link where it is resolved to, and leaves its text where it is not', async () => {
    const { html } = await renderMarkdown(
      '[a](x.md) [b](y.md) [c](https://ethereum.org/) [d](z.lua)',
      (url) => (url === 'y.md' ? undefined : url.replace('.md', '.html')),
    );
    expect(html).toBe(
      '<p><a href="x.html">a</a> b <a href="https://ethereum.org/" target="_blank" rel="noreferrer">c</a> ' +
        '<a href="z.lua" download>d</a></p>',
    );
  });

  test('has the first heading as its title', async () => {
    const { title } = await renderMarkdown('# The `title`\n\n## Another\n', () => undefined);
    expect(title).toBe('The title');
  });

  test('refuses what it cannot render', async () => {
    await expect(htmlOf('> a quotation')).rejects.toThrow('no rendering for "blockquote": a quotation');
    await expect(htmlOf('<b>raw</b>')).rejects.toThrow('no rendering for "html"');
  });
});
