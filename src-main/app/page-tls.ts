import { FileError, readRegularFile } from '../base/regular-file.ts';
import type { Clock, Logger, Unsubscribe } from '../base/runtime.ts';
import { readTlsCertificate, type TlsCertificate } from '../base/tls-certificate.ts';
import { OptionError, type TlsFiles } from './launch-options.ts';

/** BOUNDED: bytes of a file with a certificate and those of its authorities, or with a key. */
const MAX_PEM_BYTES = 1_048_576;

/** Constructor arguments of PageTls. */
interface PageTlsParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
}

/** The certificate of the page, which can be replaced while the page is served. */
export class PageTls {
  readonly #files: TlsFiles;
  readonly #parts: PageTlsParts;
  /** BOUNDED: one listener per server of the page. */
  readonly #listeners = new Set<(certificate: TlsCertificate) => void>();
  #current: TlsCertificate;

  private constructor(files: TlsFiles, current: TlsCertificate, parts: PageTlsParts) {
    this.#files = files;
    this.#parts = parts;
    this.#current = current;
  }

  /** Reads the files. @throws OptionError that names the option, the file and the reason */
  static async open(files: TlsFiles, parts: PageTlsParts): Promise<PageTls> {
    const tls = new PageTls(files, await certificateIn(files), parts);
    tls.#warn();
    return tls;
  }

  get current(): TlsCertificate {
    return this.#current;
  }

  /**
   * Reads the files again.
   * @returns whether there is another certificate or key
   * @throws OptionError as `open`; then the certificate stays
   */
  async reload(): Promise<boolean> {
    const { cert, key } = this.#current;
    const next = await certificateIn(this.#files);
    if (next.cert === cert && next.key === key) return false;
    this.#current = next;
    for (const listener of this.#listeners) listener(next);
    this.#warn();
    return true;
  }

  /** Calls the listener with each new certificate. */
  onChange(listener: (certificate: TlsCertificate) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #warn(): void {
    const { notBefore, notAfter } = this.#current;
    const now = this.#parts.clock.now();
    const fields = { file: this.#files.cert, from: timeText(notBefore), to: timeText(notAfter) };
    if (now > notAfter) this.#parts.logger.warn('the certificate of the page has expired', fields);
    if (now < notBefore) this.#parts.logger.warn('the certificate of the page is not valid yet', fields);
  }
}

async function certificateIn(files: TlsFiles): Promise<TlsCertificate> {
  const read = readTlsCertificate(await textOf(files, 'cert'), await textOf(files, 'key'));
  if (read.ok) return read.certificate;
  throw refusal(files, read.of, read.reason);
}

async function textOf(files: TlsFiles, part: keyof TlsFiles): Promise<string> {
  try {
    const { bytes } = await readRegularFile(files[part], MAX_PEM_BYTES);
    return new TextDecoder().decode(bytes);
  } catch (cause) {
    if (!(cause instanceof FileError)) throw cause;
    throw refusal(files, part, cause.message, cause);
  }
}

const refusal = (files: TlsFiles, part: keyof TlsFiles, reason: string, cause?: FileError): OptionError =>
  new OptionError(`The file ${files[part]} of --http.tls.${part} ${reason}.`, { cause });

const timeText = (at: number): string => new Date(at).toISOString();
