/** `RTF_GATEWAY` of a route's flags: it goes by a gateway (Linux uapi/linux/route.h). */
const VIA_GATEWAY = 0x2;

/**
 * The gateway of the default route in the text of Linux's /proc/net/route, that of the lowest metric; undefined where
 * there is none. Addresses stand there as eight hex digits, the last byte first.
 */
export function defaultGatewayIn(table: string): string | undefined {
  let best: { readonly ip: string; readonly metric: number } | undefined;
  for (const line of table.split('\n').slice(1)) {
    const [, destination, gateway = '', flags = '', , , metricText] = line.trim().split(/\s+/);
    if (destination !== '00000000' || !/^[0-9A-Fa-f]{8}$/.test(gateway)) continue;
    if ((Number.parseInt(flags, 16) & VIA_GATEWAY) === 0) continue;
    const metric = Number(metricText ?? 0);
    const bytes = [6, 4, 2, 0].map((at) => Number.parseInt(gateway.slice(at, at + 2), 16));
    if (best === undefined || metric < best.metric) best = { ip: bytes.join('.'), metric };
  }
  return best?.ip;
}
