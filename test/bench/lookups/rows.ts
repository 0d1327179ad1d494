import { printOurs, type Figure, type Row } from '../rows.ts';
import { measureLookups } from './measure.ts';

const SMALL = 100;
const LARGE = 10_000;

/** How many more rounds the larger network may take: what log N grows from 100 to 10,000 nodes. */
const LOGARITHMIC = Math.log(LARGE) / Math.log(SMALL);

const LOOKUP_FIGURES = [
  {
    name: 'lookup, CPU',
    what: 'a discv4 lookup among 10,000 simulated nodes: FINDNODE signed, NEIGHBORS verified and read',
    unit: 'ms of a core',
    better: 'lower',
  },
  {
    name: 'lookup, queries',
    what: 'nodes that it queries',
    unit: 'nodes',
    better: 'lower',
  },
  {
    name: 'lookup, rounds',
    what: 'hops from its own table to the last node that it queries',
    unit: 'rounds',
    better: 'lower',
  },
  {
    name: 'lookup, growth of rounds',
    what: 'rounds among 10,000 nodes, in times those among 100',
    unit: 'times',
    better: 'lower',
    limit: LOGARITHMIC,
  },
] as const satisfies readonly Figure[];

/** The rows of lookups, which have no peer: geth's lookup is not open to a program of its own. */
export async function lookups(): Promise<Row[]> {
  const small = await measureLookups(SMALL);
  const large = await measureLookups(LARGE);
  return printOurs(LOOKUP_FIGURES, [large.cpuMs, large.queries, large.rounds, large.rounds / small.rounds]);
}
