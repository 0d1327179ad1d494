/* The options of the commands in this folder. */
import { parseArgs } from 'node:util';

/**
 * The options of the command line, by name. A wrong one is named in a line with those that there are, and ends the process with
 * exit code 2.
 * @param {Record<string, { type: 'string' | 'boolean', value?: string, default?: string | boolean }>} options as for parseArgs;
 *   `value` names what a string stands for
 */
export function readOptions(options) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    const names = Object.entries(options).map(([name, { value }]) =>
      value === undefined ? `--${name}` : `--${name}=${value}`,
    );
    console.error(`${error.message.replace(/\.?$/, '.')} Options: ${names.join(', ')}.`);
    return process.exit(2);
  }
}
