/* Runs in Electron's Node: prints the rates of one connection, as JSON, and ends. The first argument is the time for each, seconds. */
import { systemRandom } from '../../../src-main/base/system-runtime.ts';
import { Link } from '../link.ts';
import { messages } from '../ours.ts';
import type { LinkRates } from './rows.ts';

const seconds = Number(process.argv[2]);
const megabyte = systemRandom.bytes(1_048_576);
const link = await Link.open();
// Not counted: V8 compiles meanwhile.
await messages(link, seconds, megabyte.subarray(0, 1_024));
const rates: LinkRates = {
  large: (await messages(link, seconds, megabyte)) * (megabyte.length / 1e6),
  small: await messages(link, seconds, megabyte.subarray(0, 1_024)),
};
await link.close();
process.stdout.write(JSON.stringify(rates));
