import { resolve } from 'node:path';
import type { NodeSettings } from '../../shared/settings-table.ts';
import { OptionError } from '../app/launch-options.ts';

/** The options of the group `chain`, by the attribute names of commander. */
export const CHAIN_FLAGS = [
  ...['chain', 'sentry', 'sentry.jwt', 'sentry.header', 'chain.import'],
  'transactions.observe',
] as const;

/**
 * The settings that follow from options of the source: one for a certain source selects it, also against a saved one, and
 * files are named from the current folder.
 * @param layer the options that the command line, or the environment, gives
 * @throws OptionError for options of different sources, and for one that observes transactions which a client would get
 */
export function chainFlagsOf(layer: Readonly<Record<string, unknown>>): Partial<NodeSettings> {
  const { sentry, 'chain.import': files, chain } = layer;
  const given = [
    typeof chain === 'string' ? ([`--chain ${chain}`, chain] as const) : undefined,
    sentry === undefined ? undefined : (['--sentry', 'sentry'] as const),
    files === undefined ? undefined : (['--chain.import', 'archive'] as const),
  ].filter((each) => each !== undefined);
  const [first, ...others] = given;
  const other = others.find(([, source]) => source !== first?.[1]);
  if (first !== undefined && other !== undefined) {
    const names = `${first[0]} and ${other[0]}`;
    throw new OptionError(`The options ${names} name different sources of the chain: give one of them.`);
  }
  if (first?.[1] === 'sentry' && layer['transactions.observe'] === true) {
    throw new OptionError(
      `The options ${first[0]} and --transactions.observe do not go together: an execution client gets the transactions, and its pending ones are relayed.`,
    );
  }
  return {
    ...(sentry !== undefined && { chain: 'sentry' }),
    ...(files !== undefined && {
      chain: 'archive',
      chainImport: (files as string[]).map((file) => resolve(file)),
    }),
  };
}
