import { PROTOCOL_SCHEMAS } from '../../src-main/wire/registry.ts';
import type { Schema } from '../../src-main/wire/schema.ts';

/** Names of the fields at the top of a message; none for a list. */
function namesOf(schema: Schema): readonly string[] {
  if (schema.kind === 'struct') return schema.fields.map(([name]) => name);
  const [first] = schema.kind === 'choice' ? schema.options : [];
  return first === undefined ? [] : namesOf(first[1]);
}

/** A Lua dissector with the table of fields that the schemas have. */
export function withLuaFields(lua: string): string {
  const lines = PROTOCOL_SCHEMAS.flatMap(({ name: protocol, messages }) =>
    messages.flatMap(({ name, schema }) => {
      const names = namesOf(schema);
      return names.length === 0 ? [] : [`  ["${protocol} ${name}"] = "${names.join(' ')}",`];
    }),
  );
  return lua.replace(
    /-- begin fields\n[^]*-- end fields\n/,
    `-- begin fields\n${lines.join('\n')}\n-- end fields\n`,
  );
}
