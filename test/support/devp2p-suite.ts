import { Child } from './child.ts';
import { realPeer } from './real-peers.ts';

/** The result of a suite of the devp2p tool. */
export interface SuiteOutcome {
  /** Whether each case passed, by its name, in the order in which they ran. */
  readonly cases: ReadonlyMap<string, boolean>;
  /** The output of the tool. */
  readonly output: string;
}

/** A line of the Test Anything Protocol: `ok 3 Ping/WrongTo`. */
const TAP = /^(ok|not ok) \d+ -? *(\S+)/;

/**
 * Runs one of go-ethereum's protocol suites against a node.
 * @param args of `devp2p`, without `--tap`: the protocol, `test` and its arguments
 */
export async function runSuite([
  protocol = '',
  verb = '',
  ...args
]: readonly string[]): Promise<SuiteOutcome> {
  const suite = new Child(`devp2p ${protocol} ${verb}`, realPeer('devp2p'), [
    protocol,
    verb,
    '--tap',
    ...args,
  ]);
  await suite.exited;
  const cases = new Map<string, boolean>();
  for (const line of suite.lines) {
    const [, verdict, name] = TAP.exec(line) ?? [];
    if (verdict !== undefined && name !== undefined) cases.set(name, verdict === 'ok');
  }
  return { cases, output: suite.lines.join('\n') };
}
