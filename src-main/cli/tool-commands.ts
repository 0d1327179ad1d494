import type { AddTool } from './cli.ts';
import { addChainCommands } from './chain-command.ts';
import { addCrawlCommand } from './crawl-command.ts';
import { addDnsCommands } from './dns-command.ts';
import { addDoctorCommand } from './doctor-command.ts';
import { addNodesCommands } from './nodes-command.ts';
import { addNodesetCommands } from './nodeset-command.ts';
import { addTokenCommands } from './token-command.ts';

/** The commands that start no node, in the order of the help. */
export const TOOL_COMMANDS: readonly AddTool[] = [
  addCrawlCommand,
  addDoctorCommand,
  addDnsCommands,
  addNodesetCommands,
  addNodesCommands,
  addChainCommands,
  addTokenCommands,
];
