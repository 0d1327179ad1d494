import { createScanner } from 'jsonc-parser';

/** BOUNDED: nesting depth of a request body; no method needs nearly as much. */
const MAX_DEPTH = 128;

/** Tokens of jsonc-parser's scanner; its const enum cannot be imported with isolatedModules. */
const TOKEN = {
  openBrace: 1,
  closeBrace: 2,
  openBracket: 3,
  closeBracket: 4,
  comma: 5,
  colon: 6,
  string: 10,
  end: 17,
} as const;

/** One request of a body. */
export interface RpcMessage {
  /** Any JSON value. */
  readonly value: unknown;
  /** Source text of its member `id`; undefined when there is none, or it is an object or array. */
  readonly idText: string | undefined;
}

/** A request body: one message, or several as a batch. */
export interface RpcBody {
  readonly isBatch: boolean;
  readonly messages: readonly RpcMessage[];
}

/**
 * Parses a request body. `idText` keeps numbers above 2^53 and forms such as 1.0, as geth does (rpc/json.go
 * jsonrpcMessage).
 * @returns undefined when the text is not JSON (RFC 8259) or is nested too deeply
 */
export function readRpcBody(text: string): RpcBody | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const isBatch = Array.isArray(value);
  const idTexts = idTextsOf(text, isBatch ? 1 : 0);
  if (idTexts === undefined) return undefined;
  const values: readonly unknown[] = isBatch ? (value as unknown[]) : [value];
  return { isBatch, messages: values.map((message, index) => ({ value: message, idText: idTexts[index] })) };
}

/**
 * Returns the source texts of the IDs of all messages, which are `depth` levels deep. The scanner accepts more than
 * JSON, but the text was parsed strictly before. It does not recurse.
 */
function idTextsOf(text: string, depth: 0 | 1): readonly (string | undefined)[] | undefined {
  const scanner = createScanner(text, true);
  const ids: (string | undefined)[] = [];
  let level = 0;
  let key = '';
  let isId = false;
  for (let token: number = scanner.scan(); token !== TOKEN.end; token = scanner.scan()) {
    if (token === TOKEN.closeBrace || token === TOKEN.closeBracket) {
      level -= 1;
      continue;
    }
    const isOpening = token === TOKEN.openBrace || token === TOKEN.openBracket;
    if (level === depth && token !== TOKEN.comma) ids.push(undefined);
    if (level === depth + 1) {
      if (token === TOKEN.colon) {
        isId = key === 'id';
        continue;
      }
      if (isId) ids[ids.length - 1] = isOpening ? undefined : tokenText(text, scanner);
      isId = false;
      if (token === TOKEN.string) key = scanner.getTokenValue();
    }
    if (isOpening) level += 1;
    if (level > MAX_DEPTH) return undefined;
  }
  return ids;
}

const tokenText = (text: string, scanner: ReturnType<typeof createScanner>): string =>
  text.slice(scanner.getTokenOffset(), scanner.getTokenOffset() + scanner.getTokenLength());

/** Formats an answer with the source text of the request's ID. @param result any JSON value; undefined becomes null */
export function successText(idText: string, result: unknown): string {
  return `{"jsonrpc":"2.0","id":${idText},"result":${JSON.stringify(result ?? null)}}`;
}

/** Formats an error answer. @param idText `null` when the ID of the request could not be read */
export function failureText(idText: string, code: number, message: string): string {
  return `{"jsonrpc":"2.0","id":${idText},"error":${JSON.stringify({ code, message })}}`;
}
