/**
 * Client names of the demo: the forms of real clients, with the operator's name `demo-…`, as geth has it with --identity, which
 * marks them.
 */

/** The clients whose names the demo uses. */
export type DemoClient = 'geth' | 'nethermind' | 'reth' | 'besu' | 'erigon' | 'ethrex';

const NAMES: Readonly<Record<DemoClient, (operator: string) => string>> = {
  geth: (operator) => `Geth/${operator}/v1.17.8-stable/linux-amd64/go1.25.4`,
  nethermind: (operator) => `Nethermind/${operator}/v1.36.2/linux-x64/dotnet9.0.8`,
  reth: (operator) => `reth/${operator}/v1.11.2/x86_64-unknown-linux-gnu`,
  besu: (operator) => `besu/${operator}/v26.8.0/linux-x86_64/openjdk-java-21`,
  erigon: (operator) => `erigon/${operator}/v3.3.0/linux-amd64/go1.25.1`,
  ethrex: (operator) => `ethrex/${operator}/v6.0.0/x86_64-unknown-linux-gnu`,
};

/** The client name that the demo node announces in Hello. */
export function demoClientName(client: DemoClient, node: string): string {
  return NAMES[client](`demo-${node}`);
}
