import { describe, expect, it } from 'vitest';
import { OptionError } from '../../../src-main/app/launch-options.ts';
import { parseCommandLine } from '../../../src-main/cli/cli.ts';
import { TOOL_COMMANDS } from '../../../src-main/cli/tool-commands.ts';
import type { ToolResult } from '../../../src-main/cli/launch.ts';
import { enodeUrlOf } from '../../../src-main/node-record/node-factory.ts';
import { DoctorWorld } from '../../support/doctor-world.ts';
import { limitsOf } from '../../support/p2p-node.ts';
import { startedDiscovery } from '../../support/started-discovery.ts';
import { startedNodes } from '../../support/started-nodes.ts';

const world = new DoctorWorld(startedNodes(), startedDiscovery());
const LOOPBACK = ['--network', 'sepolia', '--netrestrict', '127.0.0.0/8,::1/128'];

/** Runs `doctor` with these arguments. */
async function doctor(...args: readonly string[]): Promise<ToolResult> {
  const launch = parseCommandLine(['doctor', ...args], {}, { mode: 'headless', version: '0' }, TOOL_COMMANDS);
  if (launch.kind !== 'tool') throw new Error('This is no tool');
  const context = {
    now: () => 0,
    interruption: () => new AbortController().signal,
    say: () => undefined,
    terminal: undefined,
    environment: {},
    logSinks: [],
  };
  const result = await launch.tool(context);
  if (typeof result === 'string') throw new Error('There is no exit code');
  return result;
}

describe('the command doctor', () => {
  it('exits with 0 for a node that would be a peer, without what tells where this machine is', async () => {
    const { enode } = await world.tested();
    const { text, exitCode } = await doctor(enode, ...LOOPBACK);
    expect(exitCode).toBe(0);
    expect(text).toContain('It would be a peer.');
    expect(text).toMatch(/\| ENR request +\| ok/);
    expect(text).not.toContain('Sees us at');
  });

  it('exits with 1 for a node that would not, and prints the report as JSON', async () => {
    const { enode } = await world.tested({ server: { limits: limitsOf(0) } });
    const { text, exitCode } = await doctor(enode, ...LOOPBACK, '--json', '--own');
    expect(exitCode).toBe(1);
    expect(JSON.parse(text)).toMatchObject({ verdict: { cause: { code: 'too-many-peers' } } });
    expect(text).toContain('Sees us at');
  });

  it('honours --netrestrict, and asks before a private address', async () => {
    const { node } = await world.tested();
    const restricted = await doctor(enodeUrlOf(node), '--netrestrict', '10.0.0.0/8');
    expect(restricted.exitCode).toBe(1);
    expect(restricted.text).toContain('Cause: not-netrestricted');
    const asked = await doctor(enodeUrlOf(node));
    expect(asked.exitCode).toBe(2);
    expect(asked.text).toContain('Cause: special-address');
  });

  it('exits with 2 for a text that is no node, and refuses none', async () => {
    const { exitCode, text } = await doctor('enode://zz');
    expect({ exitCode, at: /at character 9/.test(text) }).toEqual({ exitCode: 2, at: true });
    await expect(doctor(' ')).rejects.toThrow(OptionError);
  });
});
