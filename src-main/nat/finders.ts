import { describeError } from '../base/errors.ts';
import type { DatagramRequester } from './datagram-request.ts';
import { NatError } from './errors.ts';
import type { Gateway, GatewayFinder } from './gateway.ts';
import { PmpGateway } from './nat-pmp.ts';
import { isPublicAddress } from './external-address.ts';
import { searchGateways, type FoundDevice, type SsdpOptions } from './ssdp.ts';
import { openUpnpGateway, type UpnpOptions } from './upnp.ts';

/**
 * Finds the first UPnP gateway in the local network that maps ports and has a public address; else one without a
 * public address.
 */
export class UpnpFinder implements GatewayFinder {
  readonly #options: UpnpOptions & Omit<SsdpOptions, 'localIps'> & { readonly localIps: () => string[] };

  constructor(options: UpnpOptions & Omit<SsdpOptions, 'localIps'> & { readonly localIps: () => string[] }) {
    this.#options = options;
  }

  async find(signal: AbortSignal): Promise<Gateway> {
    const search = new AbortController();
    const stop = (): void => {
      search.abort();
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    const opened: Promise<void>[] = [];
    let found: Gateway | undefined;
    let fallback: Gateway | undefined;
    let failure: unknown;
    const open = async (device: FoundDevice): Promise<void> => {
      try {
        const gateway = await openUpnpGateway(this.#options, device, search.signal);
        if (gateway === undefined) return;
        fallback ??= gateway;
        if (!isPublicAddress(await gateway.externalIp(search.signal))) return;
        found ??= gateway;
        stop();
      } catch (error) {
        failure ??= error;
      }
    };
    try {
      const options = { ...this.#options, localIps: this.#options.localIps() };
      await searchGateways(options, (device) => opened.push(open(device)), search.signal);
      await Promise.all(opened);
    } finally {
      signal.removeEventListener('abort', stop);
    }
    const gateway = found ?? fallback;
    if (gateway !== undefined) return gateway;
    if (failure instanceof NatError && failure.code !== 'aborted') throw failure;
    throw new NatError('no-gateway', 'No UPnP gateway answers in the local network.');
  }
}

/** Probes the configured gateway, or that of the default route, for NAT-PMP. */
export class PmpFinder implements GatewayFinder {
  readonly #options: DatagramRequester & {
    readonly gatewayIp: () => Promise<string | undefined>;
    readonly allows: (ip: string) => boolean;
    readonly port?: number;
  };

  constructor(
    options: DatagramRequester & {
      /** Resolves with undefined when the operating system does not provide it. */
      readonly gatewayIp: () => Promise<string | undefined>;
      readonly allows: (ip: string) => boolean;
      readonly port?: number;
    },
  ) {
    this.#options = options;
  }

  async find(signal: AbortSignal): Promise<Gateway> {
    const { gatewayIp, allows, port } = this.#options;
    const ip = await gatewayIp();
    if (ip === undefined)
      throw new NatError('no-gateway', 'The address of the gateway is unknown: set it with pmp:IP.');
    if (!allows(ip))
      throw new NatError('no-gateway', `The setting “Allowed networks” does not include the gateway ${ip}.`);
    const gateway = new PmpGateway(this.#options, ip, port);
    await gateway.externalIp(signal);
    return gateway;
  }
}

/** Searches by several methods at once and uses the first gateway found (geth p2p/nat/nat.go Any). */
export class AnyFinder implements GatewayFinder {
  readonly #finders: readonly GatewayFinder[];

  constructor(finders: readonly GatewayFinder[]) {
    this.#finders = finders;
  }

  async find(signal: AbortSignal): Promise<Gateway> {
    const race = new AbortController();
    const stop = (): void => {
      race.abort();
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    const searches = this.#finders.map((finder) => finder.find(race.signal));
    try {
      return await Promise.any(searches);
    } catch (error) {
      const reasons = error instanceof AggregateError ? error.errors.map(describeError) : [];
      throw new NatError('no-gateway', reasons.join(' '), { cause: error });
    } finally {
      signal.removeEventListener('abort', stop);
      stop();
      await Promise.allSettled(searches);
    }
  }
}
