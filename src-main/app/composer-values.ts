/** The forms of composed requests, the values to start from, and the values that a person entered. */
import type { ComposerInput, ComposerMessage } from '../../shared/model/composer.ts';
import type { WireFormField, WireJson } from '../../shared/model/wire.ts';
import { ApiError } from '../api/api-error.ts';
import { formOf } from '../wire/form.ts';
import { fromJson, WireJsonError } from '../wire/json.ts';
import type { MessageSchema, ProtocolSchema } from '../wire/message-schema.ts';
import type { Schema } from '../wire/schema.ts';

/** What the values are chosen from. */
export interface ComposerHints {
  /** Latest block of the peer, decimal; null for unknown. */
  readonly latestBlock: string | null;
  /** Hash of that block with 0x; null for unknown. */
  readonly headHash: string | null;
  /** Public key of the node with 0x; null where no request has a target. */
  readonly target: string | null;
}

/** Bytes that an answer of snap may have by default: go-ethereum eth/protocols/snap/sync.go, maxRequestSize. */
const RESPONSE_BYTES = '524288';

/** Fields that the node fills itself. */
const FILLED = new Set(['requestId', 'version', 'from', 'to', 'expiration', 'enrSeq']);

/** The requests of a protocol, with their forms and the values to start from. */
export function composerMessages(schema: ProtocolSchema, hints: ComposerHints): readonly ComposerMessage[] {
  return schema.messages.flatMap((message) => {
    const { name, code, role } = message;
    if (role.kind !== 'request') return [];
    const fields = composerFields(message);
    return [{ name, code, answer: role.answer, fields, initial: initialValues(fields, hints) }];
  });
}

/** Whether a message has a request ID; Ping of p2p has none. */
export function hasRequestId({ name, schema }: MessageSchema): boolean {
  return formOf(name, schema).fields?.some((field) => field.name === 'requestId') === true;
}

/** The value of the fields that a person entered. @throws ApiError `invalid-parameters` with the field that is wrong */
export function enteredValue<Value>(
  schema: Schema<Value>,
  fields: NonNullable<ComposerInput['fields']>,
): Value {
  try {
    return fromJson(schema, fields);
  } catch (error) {
    if (!(error instanceof WireJsonError)) throw error;
    throw new ApiError('invalid-parameters', `${error.message}.`, `fields.${error.field}`, { cause: error });
  }
}

/** The fields of a message that a person fills in; a message is a struct of fields. */
function composerFields({ name, schema }: MessageSchema): readonly WireFormField[] {
  return (formOf(name, schema).fields ?? []).filter((field) => !FILLED.has(field.name));
}

/** The values to start from: a small request that the peer can answer. */
function initialValues(
  fields: readonly WireFormField[],
  hints: ComposerHints,
): { readonly [name: string]: WireJson } {
  return Object.fromEntries(
    fields.filter(({ optional }) => optional !== true).map((field) => [field.name, initial(field, hints)]),
  );
}

function initial(field: WireFormField, hints: ComposerHints): WireJson {
  const { latestBlock, headHash, target } = hints;
  switch (field.name) {
    case 'limit':
      return '1';
    case 'responseBytes':
    case 'bytes':
      return RESPONSE_BYTES;
    case 'startBlock':
      if (latestBlock !== null) return { number: latestBlock };
      return headHash === null ? { number: '0' } : { hash: headHash };
    case 'limitHash':
      return `0x${'ff'.repeat(field.maxBytes ?? 0)}`;
    case 'hashes':
      return headHash === null ? [] : [headHash];
    case 'target':
      return target ?? plainValue(field, hints);
    case 'distances':
      return ['256', '255', '254'];
    default:
      return plainValue(field, hints);
  }
}

function plainValue(field: WireFormField, hints: ComposerHints): WireJson {
  const { fields = [] } = field;
  switch (field.kind) {
    case 'uint':
      return '0';
    case 'bytes':
      return `0x${'00'.repeat(field.minBytes ?? 0)}`;
    case 'text':
      return '';
    case 'boolean':
      return false;
    case 'list':
      return [];
    case 'struct':
      return initialValues(fields, hints);
    case 'choice': {
      const [first] = fields;
      return first === undefined ? null : { [first.name]: initial(first, hints) };
    }
    case 'raw':
      return '0xc0';
  }
}
