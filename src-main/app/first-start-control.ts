import type { FirstStartFacts } from '../../shared/model/first-start.ts';
import type { NetworkName } from '../../shared/settings/network.ts';
import type { SettingsChange } from '../../shared/settings-table.ts';
import { ApiError } from '../api/api-error.ts';
import type { FirstStartControl, SettingsControl } from '../api/backend.ts';
import type { DesktopControl } from '../api/desktop-control.ts';
import { describeError } from '../base/errors.ts';
import { ipFamily, localityScore } from '../base/ip.ts';
import type { Logger } from '../base/runtime.ts';
import type { FirstStart } from '../store/first-start.ts';
import type { EffectiveSettings } from './effective-settings.ts';
import { findFreePort, isPortFree } from './free-port.ts';

/** What the choice at the first start uses. */
export interface FirstStartParts {
  readonly firstStart: FirstStart;
  readonly settings: Pick<EffectiveSettings, 'current'>;
  readonly control: Pick<SettingsControl, 'update'>;
  readonly desktop: Pick<DesktopControl, 'restart'>;
  /** Saves settings for the next start, which may have another data folder. @throws SettingsError or StoreError */
  saveForNextStart(change: SettingsChange): Promise<void>;
  /** Addresses of the machine's interfaces. */
  addresses(): readonly string[];
  /** The IPv4 address of the default gateway; undefined when it is not known. */
  gateway(): Promise<string | undefined>;
  readonly logger: Pick<Logger, 'warn'>;
}

/** The choice at the first start of a data folder: network and port, or the demo. */
export class FirstStartController implements FirstStartControl {
  readonly #parts: FirstStartParts;

  constructor(parts: FirstStartParts) {
    this.#parts = parts;
  }

  get isOpen(): boolean {
    return this.#parts.firstStart.isOpen;
  }

  async facts(): Promise<FirstStartFacts> {
    this.#assertOpen();
    const settings = this.#parts.settings.current();
    const { network, port, nat } = settings;
    const isFree = await isPortFree(settings);
    const freePort = isFree ? null : ((await findFreePort('port', settings)) ?? null);
    const gateway = (await this.#parts.gateway()) ?? null;
    const address = bestIpv4(this.#parts.addresses());
    return { network, port, isPortFree: isFree, freePort, nat, address, gateway };
  }

  async choose(network: NetworkName, port: number): Promise<boolean> {
    this.#assertOpen();
    const { settings, control, desktop } = this.#parts;
    const { network: currentNetwork, port: currentPort } = settings.current();
    const portChange = port === currentPort ? undefined : { port };
    // Also for another network: the change overrides the port of the command line, which the restart keeps.
    await control.update({ network, ...portChange });
    if (network === currentNetwork) return false;
    if (portChange !== undefined) await this.#parts.saveForNextStart(portChange);
    await this.end();
    desktop.restart('same');
    return true;
  }

  async skip(): Promise<void> {
    this.#assertOpen();
    await this.end();
  }

  tryDemo(): void {
    this.#assertOpen();
    this.#parts.desktop.restart('demo');
  }

  /** The choice is made, also when the user has started the node in another way. */
  async end(): Promise<void> {
    try {
      await this.#parts.firstStart.end();
    } catch (error) {
      this.#parts.logger.warn('the mark of the first start stays', { reason: describeError(error) });
    }
  }

  #assertOpen(): void {
    if (!this.isOpen) throw new ApiError('not-available', 'The choice at the first start has been made.');
  }
}

function bestIpv4(addresses: readonly string[]): FirstStartFacts['address'] {
  const ofMachine = addresses.filter((ip) => ipFamily(ip) === 'ipv4' && localityScore(ip) >= 3);
  const isPublic = (ip: string): boolean => localityScore(ip) === 4;
  const ip = ofMachine.find(isPublic) ?? ofMachine[0];
  return ip === undefined ? null : { ip, isPublic: isPublic(ip) };
}
