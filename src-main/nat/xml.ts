/**
 * Parser of the XML of routers: descriptions and SOAP messages. Supports comments, CDATA, character references and
 * namespace prefixes. Does not expand entities that a document defines.
 * @see https://www.w3.org/TR/xml/
 */
import { XMLParser } from 'fast-xml-parser';
import { CodecError } from '../base/errors.ts';

/** BOUNDED: nesting depth of elements; descriptions have 9 levels. */
const MAX_DEPTH = 32;

const PARTS = { text: '#text', cdata: '#cdata' } as const;

/** The predefined entities of XML. */
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Text that is not XML. */
export class XmlError extends CodecError<'invalid-xml'> {}

/** An element of a document. */
export interface XmlElement {
  /** Name without namespace prefix, in lower case, because routers differ in both. */
  readonly name: string;
  readonly children: readonly XmlElement[];
  /** Own text, trimmed. */
  readonly text: string;
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  removeNSPrefix: true,
  transformTagName: (name) => name.toLowerCase(),
  parseTagValue: false,
  trimValues: false,
  processEntities: false,
  tagValueProcessor: (_name, text) => decodeReferences(text),
  textNodeName: PARTS.text,
  cdataPropName: PARTS.cdata,
  maxNestedTags: MAX_DEPTH,
  jPath: false,
});

/**
 * Returns the top-level elements of a document; a well-formed document has one.
 * @throws XmlError
 */
export function parseXml(text: string): readonly XmlElement[] {
  try {
    return elementsIn(parser.parse(text)).children;
  } catch (cause) {
    throw new XmlError('invalid-xml', 'it is not XML', { cause });
  }
}

/** Returns all elements with a name (lower case) at any depth, in document order. */
export function descendants(elements: readonly XmlElement[], name: string): XmlElement[] {
  return elements.flatMap((element) => [
    ...(element.name === name ? [element] : []),
    ...descendants(element.children, name),
  ]);
}

/** Returns the text of the first element with a name (lower case) at any depth; undefined when there is none. */
export function textIn(elements: readonly XmlElement[], name: string): string | undefined {
  return descendants(elements, name)[0]?.text;
}

/** Converts the parser's output for the contents of an element: an array with one object per part, whose key names the part. */
function elementsIn(parts: unknown): { readonly children: XmlElement[]; readonly text: string } {
  const children: XmlElement[] = [];
  let text = '';
  for (const part of Array.isArray(parts) ? (parts as unknown[]) : []) {
    if (typeof part !== 'object' || part === null) continue;
    const [name, content] = Object.entries(part as Readonly<Record<string, unknown>>)[0] ?? ['', undefined];
    if (name === PARTS.text) text += String(content);
    else if (name === PARTS.cdata) text += textOf(content);
    else if (Array.isArray(content)) children.push({ name, ...elementsIn(content) });
  }
  return { children, text: text.trim() };
}

/** Returns the text of a CDATA section unchanged. */
function textOf(parts: unknown): string {
  const [part] = Array.isArray(parts) ? (parts as unknown[]) : [];
  if (typeof part !== 'object' || part === null || !(PARTS.text in part)) return '';
  return String(part[PARTS.text]);
}

/** Replaces character references and predefined entities; other references stay unchanged. */
function decodeReferences(text: string): string {
  return text.replaceAll(
    /&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]{2,4}));/g,
    (written, ...groups) => {
      const [decimal, hex, name] = groups as (string | undefined)[];
      if (name !== undefined) return NAMED[name] ?? written;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
      return isCharacter ? String.fromCodePoint(code) : written;
    },
  );
}
