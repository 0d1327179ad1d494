import { describe, expect, test } from 'vitest';
import { CONTENT_SECURITY_POLICY } from '../../../src-main/api/page-policy.ts';
import { isDocsUrl, isPageUrl, pageFileOf } from '../../../src-main/desktop/page-protocol.ts';
import { mayOpenExternally } from '../../../src-main/desktop/security.ts';
import { join, sep } from 'node:path';

describe('the page’s protocol', () => {
  const folder = join(sep, 'out', 'renderer');

  test('serves files of the page', () => {
    expect(pageFileOf(folder, 'app://enodeck/')).toBe(join(folder, 'index.html'));
    expect(pageFileOf(folder, 'app://enodeck/assets/a.js?x#y')).toBe(join(folder, 'assets', 'a.js'));
  });

  test.each([
    'app://enodeck/../main/main.js',
    'app://enodeck/%2e%2e/main/main.js',
    'app://enodeck/..%2fmain%2fmain.js',
    'app://enodeck/a%00.js',
    'app://enodeck/..%5cmain.js',
    'app://enodeck/%ff',
    'app://other/index.html',
    'file:///etc/passwd',
    'nonsense',
  ])('serves no file outside its folder: %s', (url) => {
    const file = pageFileOf(folder, url);
    expect(file === undefined || file.startsWith(folder + sep)).toBe(true);
  });

  test.each(['app://enodeck/a%00.js', 'app://enodeck/a%5cb.js', 'app://enodeck/%ff'])(
    'serves no file for a path with a character that a path cannot have everywhere: %s',
    (url) => {
      expect(pageFileOf(folder, url)).toBeUndefined();
    },
  );

  test('recognises only its own URLs', () => {
    expect(isPageUrl('app://enodeck/index.html#/peers')).toBe(true);
    for (const url of ['app://enodeck.evil/', 'http://enodeck/', 'about:blank', ''])
      expect(isPageUrl(url)).toBe(false);
  });
});

describe('the page', () => {
  test('may run only its own files, and no inline code', () => {
    expect(CONTENT_SECURITY_POLICY).toContain("default-src 'none'");
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe-|\*|https?:/);
  });

  test('knows the documents that are shown in a window of their own', () => {
    expect(isDocsUrl('app://enodeck/docs/chain.html')).toBe(true);
    expect(isDocsUrl('app://enodeck/docs/geth-config.html#lists')).toBe(true);
    for (const url of [
      'app://enodeck/index.html',
      'app://enodeck/docs/../index.html',
      'app://enodeck/docs/%2e%2e/index.html',
      'app://enodeck/docs/a/b.html',
      'app://enodeck/docs/enodeck.lua',
      'app://other/docs/chain.html',
      'https://enodeck/docs/chain.html',
      'docs/chain.html',
    ]) {
      expect(isDocsUrl(url), url).toBe(false);
    }
  });

  test('may open only documentation in the browser', () => {
    expect(mayOpenExternally('https://github.com/ethereum/devp2p')).toBe(true);
    for (const url of [
      'http://github.com/x',
      'https://github.com.evil/x',
      'https://user:pass@github.com/x',
      'https://evil/github.com',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'smb://github.com/x',
    ]) {
      expect(mayOpenExternally(url)).toBe(false);
    }
  });
});
