/** Flag of a route through a gateway: `RTF_GATEWAY` of Linux uapi/linux/route.h. */
const RTF_GATEWAY = 0x2;

/**
 * Returns the gateway of the default route with the lowest metric from the text of Linux's /proc/net/route; undefined
 * when there is none. The file has addresses as eight hex digits in little-endian byte order.
 */
export function defaultGatewayIn(table: string): string | undefined {
  let best: { readonly ip: string; readonly metric: number } | undefined;
  for (const line of table.split('\n').slice(1)) {
    const [, destination, gateway = '', flags = '', , , metricText] = line.trim().split(/\s+/);
    if (destination !== '00000000' || !/^[0-9A-Fa-f]{8}$/.test(gateway)) continue;
    if ((Number.parseInt(flags, 16) & RTF_GATEWAY) === 0) continue;
    const metric = Number(metricText ?? 0);
    const bytes = [6, 4, 2, 0].map((at) => Number.parseInt(gateway.slice(at, at + 2), 16));
    if (best === undefined || metric < best.metric) best = { ip: bytes.join('.'), metric };
  }
  return best?.ip;
}
