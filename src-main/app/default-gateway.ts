import { readFile } from 'node:fs/promises';
import { defaultGatewayIn } from '../nat/default-gateway.ts';

/** The routing table of Linux: proc(5). Other systems have none in a file; there `--nat pmp:IP` names the gateway. */
const ROUTE_FILE = '/proc/net/route';

/** The IPv4 address of the default gateway; undefined where there is none or the system does not say. Never rejects. */
export async function defaultGateway(file = ROUTE_FILE): Promise<string | undefined> {
  try {
    return defaultGatewayIn(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
