import { describe, expect, test } from 'vitest';
import { descendants, parseXml, textIn, XmlError } from '../../../src-main/nat/xml.ts';

describe('the XML of a router', () => {
  test.each([
    ['plain', '<a><b>/ctl</b></a>'],
    [
      'with a declaration and a byte order mark',
      '\uFEFF<?xml version="1.0" encoding="utf-8"?>\n<a><b>/ctl</b></a>',
    ],
    ['with white space around', '<a><b>\r\n\t /ctl \n</b></a>'],
    ['with attributes that contain >', '<a x="1>2" y=\'</b>\'><b z="<b>">/ctl</b></a>'],
    ['with prefixes', '<s:a xmlns:s="x"><m:B xmlns:m="y">/ctl</m:B ></s:a>'],
    ['in upper case', '<A><B>/ctl</B></A>'],
    ['in CDATA', '<a><b><![CDATA[/ctl]]></b></a>'],
    ['in CDATA and around it', '<a><b> /<![CDATA[ct]]>l </b></a>'],
    ['with decimal references', '<a><b>&#47;ctl</b></a>'],
    ['with hex references', '<a><b>&#x2F;c&#X0074;l</b></a>'],
    ['after a comment with the same element', '<a><!-- <b>/old</b> --><b>/ctl</b></a>'],
    ['around a comment', '<a><b>/c<!-- </b> -->tl</b></a>'],
    ['after CDATA with the same element', '<a><x><![CDATA[<b>/old</b>]]></x><b>/ctl</b></a>'],
    ['after a processing instruction', '<?php <b>/old</b> ?><a><b>/ctl</b></a>'],
    ['after a document type', '<!DOCTYPE a [<!ELEMENT b (#PCDATA)>]><a><b>/ctl</b></a>'],
    ['before zero bytes', '<a><b>/ctl</b></a>\0\0'],
    ['with a missing end tag', '<a><b>/ctl</b>'],
  ])('%s is parsed', (_what, text) => {
    expect(textIn(parseXml(text), 'b')).toBe('/ctl');
  });

  test('expands the five predefined entities, and no others', () => {
    const text = '<!DOCTYPE a [<!ENTITY own "x">]>';
    const body = '<a>&lt;&gt;&amp;&quot;&apos; &amp;lt; &own; &nbsp; &#0; &#xD800; &#x110000;</a>';
    expect(textIn(parseXml(text + body), 'a')).toBe(`<>&"' &lt; &own; &nbsp; &#0; &#xD800; &#x110000;`);
  });

  test('does not expand references in CDATA', () => {
    expect(textIn(parseXml('<a><![CDATA[&amp;&#47;]]></a>'), 'a')).toBe('&amp;&#47;');
  });

  test('does not expand the entities of a billion-laughs document', () => {
    const laughs = Array.from(
      { length: 10 },
      (_, at) => `<!ENTITY l${String(at + 1)} "${`&l${String(at)};`.repeat(10)}">`,
    );
    const text = `<!DOCTYPE a [<!ENTITY l0 "lol">${laughs.join('')}]><a>&l10;</a>`;
    expect(textIn(parseXml(text), 'a')).toBe('&l10;');
  });

  test.each([
    ['deeper than 32 elements', '<a>'.repeat(100)],
    ['with an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['with an unfinished comment', '<a><!-- '],
    ['with an unfinished tag', '<a><b x="1'],
    ['with unfinished CDATA', '<a><![CDATA['],
    ['with an unfinished document type', '<!DOCTYPE a [<!ENTITY '],
    ['with a name that means something in JavaScript', '<__proto__>1</__proto__>'],
  ])('%s is refused', (_what, text) => {
    expect(() => parseXml(text)).toThrow(XmlError);
  });

  test('finds elements at any depth, in document order', () => {
    const found = descendants(parseXml('<a><b>1<b>2</b></b><c><b>3</b></c></a>'), 'b');
    expect(found.map(({ text }) => text)).toEqual(['1', '2', '3']);
  });

  test.each(['', '   ', 'plain words', '\0\u0001'])('without an element is empty: %j', (text) => {
    expect(parseXml(text)).toEqual([]);
  });
});
