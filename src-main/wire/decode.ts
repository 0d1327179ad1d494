/** Decodes a message by its schema into a tree in which every field knows its bytes, as far as the message can be read. */
import { formatNumber, formatQuantity } from '../../shared/format.ts';
import type { WireFault, WireNode } from '../../shared/model/wire.ts';
import { bytesToBigint, bytesToUtf8, equalBytes, to0x } from '../base/bytes.ts';
import { RawRlp } from '../base/rlp.ts';
import { derivedNode, draft, IGNORED, NOT_UTF8, wrongLength, type Draft } from './draft.ts';
import { are, count, encodingOf, Fault, formOf, itemAt, payloadOf, type Item, type Kept } from './item.ts';
import type {
  BytesSchema,
  ChoiceSchema,
  EnvelopeSchema,
  KeyedSchema,
  KeyedValue,
  FieldSchema,
  ListSchema,
  Schema,
  StructSchema,
  StructWords,
  TextSchema,
  UintSchema,
} from './schema.ts';
import { showBytes, showUint, uintType } from './show.ts';

/** BOUNDED: nodes of one tree. Items beyond it are decoded and checked, but not listed. */
const MAX_NODES = 20_000;
/** BOUNDED: nesting of items without a schema. */
const MAX_DEPTH = 16;

/** A decoded message; `value` is undefined when there is a fault. */
export interface Decoded<Value> {
  readonly value: Value | undefined;
  readonly tree: WireNode;
  readonly fault: WireFault | null;
}

/**
 * Decodes the message that `kept` holds. Never throws for bytes of any content.
 * @param name name of the message, for the root of the tree
 * @param options.derive whether hashes and senders are computed, or only hashes; true by default
 */
export function decodeMessage<Value>(
  schema: Schema<Value>,
  name: string,
  kept: Kept,
  options: { readonly derive?: boolean | 'hashes' } = {},
): Decoded<Value> {
  return new Walk(kept, options.derive ?? true).run(schema, name);
}

class Walk {
  readonly #kept: Kept;
  readonly #derives: boolean | 'hashes';
  readonly #path: string[] = [];
  #nodes = 0;

  constructor(kept: Kept, derives: boolean | 'hashes') {
    this.#kept = kept;
    this.#derives = derives;
  }

  run<Value>(schema: Schema<Value>, name: string): Decoded<Value> {
    const root = draft(name, 0, this.#kept.total);
    try {
      const item = itemAt(this.#kept, 0, this.#kept.total);
      const value = this.#read(schema, item, root) as Value;
      const extra = this.#kept.total - item.end;
      if (extra > 0 && !isTolerant(schema)) {
        throw new Fault('trailing-bytes', item.end, `is followed by ${count(extra)}`);
      }
      root.end = this.#kept.total;
      this.#ignore(root, item.end, root.end);
      return { value, tree: root, fault: null };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const path = this.#path.join('').replace(/^\./, '');
      const message = `${path === '' ? name : path} ${error.message}`;
      return {
        value: undefined,
        tree: root,
        fault: { code: error.code, offset: error.offset, path, message },
      };
    }
  }

  #read(schema: Schema, item: Item, node: Draft): unknown {
    node.start = item.start;
    node.end = item.end;
    switch (schema.kind) {
      case 'uint':
        return this.#uint(schema, item, node);
      case 'bytes':
        return this.#bytes(schema, item, node);
      case 'text':
        return this.#text(schema, item, node);
      case 'boolean':
        return this.#boolean(item, node);
      case 'list':
        return this.#list(schema, item, node);
      case 'struct':
        return this.#struct(schema, item, node);
      case 'choice':
        return this.#choice(schema, item, node);
      case 'envelope':
        return this.#envelope(schema, item, node);
      case 'keyed':
        return this.#keyed(schema, item, node);
      case 'raw':
        this.#raw(item, node, 0);
        return encodingOf(this.#kept, item).slice();
    }
  }

  #uint(schema: UintSchema, item: Item, node: Draft): bigint {
    node.type = uintType(schema);
    const digits = this.#string(item);
    if (digits.length * 8 > schema.bits) {
      throw new Fault(
        'integer-too-large',
        item.start,
        `has ${count(digits.length)}, at most ${are(schema.bits / 8)} allowed`,
      );
    }
    const isZeroByte = digits.length === 1 && digits[0] === 0;
    if (digits[0] === 0 && !(isZeroByte && schema.acceptsZeroByte === true))
      throw new Fault('non-minimal-integer', item.payload, 'is an integer with a leading zero byte');
    const value = bytesToBigint(digits);
    Object.assign(node, showUint(value, schema.unit));
    return value;
  }

  #bytes(schema: BytesSchema, item: Item, node: Draft): Uint8Array {
    node.type = schema.type;
    this.#requireString(item);
    const length = item.end - item.payload;
    if (length < schema.min || length > schema.max || schema.lengths?.includes(length) === false)
      throw wrongLength(item, length, schema);
    const value = payloadOf(this.#kept, item).slice();
    Object.assign(node, showBytes(value, schema.show));
    return value;
  }

  #text(schema: TextSchema, item: Item, node: Draft): string {
    node.type = 'text';
    const encoded = this.#string(item);
    if (encoded.length > schema.max) throw wrongLength(item, encoded.length, { min: 0, max: schema.max });
    try {
      const value = bytesToUtf8(encoded);
      node.value = value;
      return value;
    } catch {
      if (!schema.isLenient) throw new Fault('invalid-text', item.payload, 'is not UTF-8 text');
      node.value = lenientUtf8.decode(encoded);
      node.note = NOT_UTF8;
      return node.value;
    }
  }

  #boolean(item: Item, node: Draft): boolean {
    node.type = 'boolean';
    const encoded = this.#string(item);
    const isTrue = encoded.length === 1 && encoded[0] === 1;
    if (!isTrue && encoded.length > 0)
      throw new Fault('expected-boolean', item.payload, 'is neither 0 nor 1');
    node.value = String(isTrue);
    return isTrue;
  }

  #list(schema: ListSchema, item: Item, node: Draft): unknown[] {
    node.type = 'list';
    this.#requireList(item);
    const values: unknown[] = [];
    for (let at = item.payload; at < item.end;) {
      const name = `[${String(values.length)}]`;
      at = this.#child(name, name, node, at, item.end, (child, inner) => {
        if (values.length >= schema.max) {
          throw new Fault(
            'too-many-items',
            child.start,
            `is beyond the limit of ${formatNumber(schema.max)} items`,
          );
        }
        values.push(this.#read(schema.item, child, inner));
      });
    }
    node.value = formatQuantity(values.length, 'item');
    return values;
  }

  #struct(schema: StructSchema, item: Item, node: Draft): Record<string, unknown> {
    node.type = formatQuantity(schema.fields.length, 'field');
    this.#requireList(item);
    const value: Record<string, unknown> = {};
    let at = item.payload;
    for (const [name, field] of schema.fields) {
      if (this.#isAbsent(name, field, at, item.end)) break;
      at = this.#child(name, `.${name}`, node, at, item.end, (child, inner) => {
        const read = this.#read(field.schema, child, inner);
        value[name] = read;
        // The note belongs to the field's schema, which produced the value.
        const note = field.note?.(read as never);
        if (note !== undefined) inner.note = note;
      });
    }
    if (!schema.tolerant && at < item.end) {
      throw new Fault('trailing-bytes', at, `has more than ${formatQuantity(schema.fields.length, 'field')}`);
    }
    this.#ignore(node, at, item.end);
    this.#describe(schema.words, value, item, node);
    return value;
  }

  /** Whether an optional field is absent. @throws Fault `missing-item` for a field that is required */
  #isAbsent(name: string, field: FieldSchema, at: number, end: number): boolean {
    if (at < end) {
      return field.unless?.(formOf(this.#kept, itemAt(this.#kept, at, end))) === true;
    }
    if (field.optional) return true;
    this.#path.push(`.${name}`);
    throw new Fault('missing-item', end, 'is missing');
  }

  /** Lists bytes that are not part of the message's fields. */
  #ignore(node: Draft, start: number, end: number): void {
    if (start >= end) return;
    const extra = { ...draft('additional data', start, end), type: count(end - start), note: IGNORED };
    const kept = this.#kept.bytes.subarray(start, end);
    this.#attach(node, { ...extra, value: showBytes(kept).value });
  }

  #choice(schema: ChoiceSchema, item: Item, node: Draft): { option: string; value: unknown } {
    const form = formOf(this.#kept, item);
    const chosen = schema.choose(form);
    const option = schema.options.find(([name]) => name === chosen);
    if (option === undefined) {
      const names = schema.options.map(([name]) => name).join(', ');
      throw new Fault('wrong-length', item.start, `has ${count(form.length)} and is none of: ${names}`);
    }
    return { option: option[0], value: this.#read(option[1], item, node) };
  }

  #envelope(schema: EnvelopeSchema, item: Item, node: Draft): unknown {
    node.type = schema.type;
    this.#requireString(item);
    const bodyAt = item.payload + schema.prefix.length;
    if (bodyAt >= item.end) throw new Fault('wrong-length', item.start, 'is too short for its type and body');
    const found = payloadOf(this.#kept, { ...item, end: bodyAt });
    if (!equalBytes(found, schema.prefix)) {
      throw new Fault(
        'unknown-type',
        item.payload,
        `begins with ${to0x(found)}, ${to0x(schema.prefix)} is required`,
      );
    }
    const prefix = draft(schema.prefixName, item.payload, bodyAt);
    prefix.type = count(schema.prefix.length);
    Object.assign(prefix, showBytes(found));
    this.#attach(node, prefix);
    const body = itemAt(this.#kept, bodyAt, item.end);
    if (body.end !== item.end) {
      throw new Fault('trailing-bytes', body.end, `is followed by ${count(item.end - body.end)}`);
    }
    // The body's fields are listed beside the prefix, those before a fault too.
    const inner = { ...draft('', body.start, body.end), children: node.children };
    const value = this.#read(schema.body, body, inner);
    node.omitted += inner.omitted;
    this.#describe(schema.words, value, { ...item, start: item.payload }, node);
    node.value ??= inner.value;
    return value;
  }

  #keyed(schema: KeyedSchema, item: Item, node: Draft): KeyedValue {
    node.type = schema.type;
    this.#requireList(item);
    const head: Record<string, unknown> = {};
    const entries: [string, unknown][] = [];
    let at = item.payload;
    for (const [name, field] of schema.head) {
      at = this.#child(name, `.${name}`, node, at, item.end, (child, inner) => {
        head[name] = this.#read(field, child, inner);
      });
    }
    while (at < item.end) {
      const keyItem = itemAt(this.#kept, at, item.end);
      const key = this.#text(KEY, keyItem, draft('', 0, 0));
      at = this.#child(key, `.${key}`, node, keyItem.end, item.end, (child, inner) => {
        entries.push([key, this.#entry(schema.valueOf(key), child, inner)]);
        inner.start = keyItem.start;
      });
    }
    const value = { head, entries };
    this.#describe(schema.words, value, item, node);
    return value;
  }

  /** An entry of a keyed list. One that does not have the form of its key makes the record invalid, not the message. */
  #entry(schema: Schema, item: Item, node: Draft): unknown {
    const depth = this.#path.length;
    try {
      return this.#read(schema, item, node);
    } catch (error) {
      if (!(error instanceof Fault) || error.code === 'not-kept') throw error;
      this.#path.length = depth;
      node.children = [];
      this.#raw(item, node, 0);
      node.note = `invalid: ${error.message}`;
      return new RawRlp(encodingOf(this.#kept, item).slice());
    }
  }

  /** Items without a schema: lists as lists, byte strings as hex. */
  #raw(item: Item, node: Draft, depth: number): void {
    if (depth > MAX_DEPTH)
      throw new Fault('too-deep', item.start, `is nested deeper than ${String(MAX_DEPTH)} lists`);
    if (!item.isList) {
      node.type = 'bytes';
      Object.assign(node, showBytes(payloadOf(this.#kept, item)));
      return;
    }
    node.type = 'list';
    let index = 0;
    for (let at = item.payload; at < item.end; index++) {
      const name = `[${String(index)}]`;
      at = this.#child(name, name, node, at, item.end, (child, inner) => {
        inner.start = child.start;
        inner.end = child.end;
        this.#raw(child, inner, depth + 1);
      });
    }
    node.value = formatQuantity(index, 'item');
  }

  /** Reads one child of a list. @returns the byte after it */
  #child(
    name: string,
    step: string,
    node: Draft,
    at: number,
    end: number,
    read: (item: Item, child: Draft) => void,
  ): number {
    this.#path.push(step);
    if (at >= end) throw new Fault('missing-item', end, 'is missing');
    const child = draft(name, at, end);
    this.#attach(node, child);
    const item = itemAt(this.#kept, at, end);
    read(item, child);
    this.#path.pop();
    return item.end;
  }

  #attach(node: Draft, child: Draft): void {
    if (this.#nodes >= MAX_NODES) {
      node.omitted += 1;
      return;
    }
    this.#nodes += 1;
    node.children.push(child);
  }

  #describe<Value>(
    words: StructWords<Value>,
    value: unknown,
    item: Pick<Item, 'start' | 'end'>,
    node: Draft,
  ): void {
    // The words belong to the schema that produced the value.
    const own = words as StructWords<unknown>;
    const wrong = own.check?.(value) ?? null;
    if (wrong !== null) throw new Fault('wrong-length', item.start, wrong);
    if (own.title !== undefined) node.value = own.title(value);
    if (own.derive === undefined || this.#derives === false || this.#nodes >= MAX_NODES) return;
    for (const derived of own.derive(value, encodingOf(this.#kept, item), this.#derives === 'hashes')) {
      this.#attach(node, derivedNode(derived, item.end));
    }
  }

  #string(item: Item): Uint8Array {
    this.#requireString(item);
    return payloadOf(this.#kept, item);
  }

  #requireString(item: Item): void {
    if (item.isList) throw new Fault('expected-bytes', item.start, 'is a list, a byte string is required');
  }

  #requireList(item: Item): void {
    if (!item.isList) throw new Fault('expected-list', item.start, 'is a byte string, a list is required');
  }
}

/** A key of a keyed list. */
const KEY: TextSchema = { kind: 'text', max: 64, isLenient: false };

const lenientUtf8 = new TextDecoder('utf-8');

/** EIP-8: bytes behind a message are ignored. */
function isTolerant(schema: Schema): boolean {
  if (schema.kind === 'choice') return schema.options.some(([, option]) => isTolerant(option));
  return schema.kind === 'struct' && schema.tolerant;
}
