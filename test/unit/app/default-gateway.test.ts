import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defaultGateway } from '../../../src-main/app/default-gateway.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const TABLE = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
`;

it('reads the gateway from the routing table, and reports none where there is no table', async () => {
  const folder = await temporaryFolder();
  try {
    const file = join(folder.path, 'route');
    expect(await defaultGateway(file)).toBeUndefined();
    await writeFile(file, TABLE);
    expect(await defaultGateway(file)).toBe('192.168.1.1');
    expect(await defaultGateway(folder.path)).toBeUndefined();
  } finally {
    await folder.remove();
  }
});
