import fc from 'fast-check';
import { describe, it } from 'vitest';
import { BAN_COLUMNS } from '../../../src-renderer/model/ban-columns.ts';
import { fitColumns, tracksOf } from '../../../src-renderer/model/fit-columns.ts';
import { KNOWN_COLUMNS } from '../../../src-renderer/model/known-columns.ts';
import { NODE_COLUMNS } from '../../../src-renderer/model/node-columns.ts';
import { PEER_COLUMN_TABLE } from '../../../src-renderer/model/peer-columns.ts';
import { recordColumns } from '../../../src-renderer/model/record-columns.ts';
import { SESSION_COLUMNS } from '../../../src-renderer/model/session-columns.ts';
import {
  arrangeColumns,
  readTableStates,
  TABLE_NAMES,
  UNCHANGED,
  writeTableStates,
  type TableColumn,
} from '../../../src-renderer/model/table-columns.ts';
import { WHY_COLUMNS } from '../../../src-renderer/model/why-columns.ts';

const TABLES: readonly (readonly TableColumn[])[] = [
  ...[PEER_COLUMN_TABLE, SESSION_COLUMNS, KNOWN_COLUMNS, BAN_COLUMNS, WHY_COLUMNS, NODE_COLUMNS],
  recordColumns(900),
];
const ids = TABLES.flatMap((columns) => columns.map(({ id }) => id));
const id = fc.oneof(fc.constantFrom(...ids, '__proto__', 'constructor', 'toString'), fc.string());
const value = fc.oneof(fc.double(), fc.boolean(), fc.constant(null), fc.string());
const state = fc.record(
  {
    order: fc.oneof(fc.array(fc.oneof(id, value)), value),
    shown: fc.oneof(fc.dictionary(id, value), value),
    widths: fc.oneof(fc.dictionary(id, value), value),
  },
  { requiredKeys: [] },
);
const text = fc.oneof(
  fc.string(),
  fc.json(),
  fc
    .record({
      version: fc.constantFrom(1, 1, 1, 2, '1'),
      tables: fc.dictionary(fc.constantFrom(...TABLE_NAMES), fc.oneof(state, value)),
    })
    .map((saved) => JSON.stringify(saved)),
);

/** Whether a table can be drawn with these columns: each once, those that are always shown, with finite widths. */
function isWhole(all: readonly TableColumn[], shown: readonly TableColumn[]): boolean {
  const names = shown.map((column) => column.id);
  const always = all.filter(({ importance, fixed }) => importance === 0 || fixed === true);
  return (
    shown.length > 0 &&
    new Set(names).size === names.length &&
    always.every((column) => names.includes(column.id)) &&
    names.every((name) => all.some((column) => column.id === name)) &&
    shown.every(({ need }) => Number.isFinite(need) && need > 0 && need <= 800) &&
    /^(minmax\(\d+px, [\d.]+(px|fr)\) ?)+$/.test(tracksOf(shown))
  );
}

describe('any saved text', () => {
  it('gives valid columns of every table, at every width', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 4_000 }), (saved, width) => {
        const states = readTableStates(saved);
        return TABLE_NAMES.every((name) =>
          TABLES.every((columns) => {
            const wanted = arrangeColumns(columns, states[name] ?? UNCHANGED);
            return isWhole(columns, wanted) && isWhole(columns, fitColumns(wanted, width));
          }),
        );
      }),
    );
  });

  it('is read the same when it is written again', () => {
    fc.assert(
      fc.property(text, (saved) => {
        const once = writeTableStates(readTableStates(saved));
        return writeTableStates(readTableStates(once)) === once;
      }),
    );
  });
});
