import { isGiven } from '../certificates/certificate-source.ts';
import { ClientRules } from './client-rules.ts';
import { TlsError } from '../errors.ts';
import { NamePolicy } from './name-policy.ts';
import type { NameOptions, ResolvedHttpsOptions } from '../options.ts';
import { ReloadingCertificate } from '../certificates/reloading-certificate.ts';
import { ServerNames } from './server-names.ts';
import type { SessionTicketKeys } from './session-ticket-keys.ts';

/** The certificate and settings of one name, or of all other names. */
export interface NameEntry {
  readonly policy: NamePolicy;
  /** `undefined` if only `selectCertificate` provides certificates. */
  readonly certificate: ReloadingCertificate | undefined;
}

/** The certificates and rules of one endpoint, by name. */
export class NameEntries {
  /** For clients whose name has no entry. */
  readonly default: NameEntry;
  readonly #options: ResolvedHttpsOptions;
  readonly #names: ServerNames<NameEntry>;
  readonly #named: readonly (readonly [name: string, entry: NameEntry])[];
  readonly #all: readonly NameEntry[];

  /** @throws RangeError for an invalid name */
  private constructor(
    options: ResolvedHttpsOptions,
    fallback: NameEntry,
    named: readonly (readonly [name: string, entry: NameEntry])[],
  ) {
    this.#options = options;
    this.default = fallback;
    this.#names = new ServerNames(named);
    this.#named = named;
    this.#all = [fallback, ...named.map(([, entry]) => entry)];
  }

  /**
   * Reads all files and checks all options.
   *
   * @throws TlsError with a code that concerns the start
   * @throws RangeError for an invalid name
   */
  static async load(
    options: ResolvedHttpsOptions,
    ticketKeys: SessionTicketKeys,
    warn: (message: string) => void,
  ): Promise<NameEntries> {
    const loader = new EntryLoader(options, ticketKeys, warn);
    const fallback = await loader.load(options, undefined);
    const named: (readonly [name: string, entry: NameEntry])[] = [];
    for (const [name, own] of Object.entries(options.names ?? {})) {
      named.push([name, await loader.load(own, fallback.certificate)]);
    }
    const entries = new NameEntries(options, fallback, named);
    entries.#check();
    return entries;
  }

  [Symbol.iterator](): Iterator<NameEntry> {
    return this.#all[Symbol.iterator]();
  }

  /** All certificates from files or bytes. */
  get certificates(): readonly ReloadingCertificate[] {
    return [...new Set(this.#all.map(({ certificate }) => certificate))].filter((one) => one !== undefined);
  }

  /** Whether the requested server name affects the handshake. */
  get matter(): boolean {
    const { names, selectCertificate, unknownName } = this.#options;
    return names !== undefined || selectCertificate !== undefined || unknownName === 'refuse';
  }

  /** @returns `undefined` if the name is refused */
  find(serverName: string | undefined): NameEntry | undefined {
    return this.#names.find(serverName) ?? (this.#options.unknownName === 'default' ? this.default : undefined);
  }

  /**
   * Checks that there are certificates and that OpenSSL accepts them with the options, so that errors appear at the start
   * and not on the first connection.
   */
  #check(): void {
    if (this.#options.selectCertificate === undefined) this.#checkCertificates();
    for (const { policy, certificate } of this) {
      if (certificate === undefined) policy.check();
      else certificate.checkWith((one) => void policy.contextFor(one));
    }
  }

  #checkCertificates(): void {
    if (this.certificates.length === 0) throw new TlsError('TLS_CERTIFICATE_MISSING');
    const without = this.#named.find(([, { certificate }]) => certificate === undefined);
    if (without !== undefined) throw new TlsError('TLS_CERTIFICATE_MISSING', `names[${JSON.stringify(without[0])}]`);
  }
}

/** Reads the files of the options of one name. */
class EntryLoader {
  readonly #options: ResolvedHttpsOptions;
  readonly #ticketKeys: SessionTicketKeys;
  readonly #warn: (message: string) => void;

  constructor(options: ResolvedHttpsOptions, ticketKeys: SessionTicketKeys, warn: (message: string) => void) {
    this.#options = options;
    this.#ticketKeys = ticketKeys;
    this.#warn = warn;
  }

  /** @param fallback certificate for options without one */
  async load(own: NameOptions, fallback: ReloadingCertificate | undefined): Promise<NameEntry> {
    const { minVersion, maxVersion, clientCertificate, applicationProtocols } = this.#options;
    const settings = {
      ...this.#options,
      minVersion: own.minVersion ?? minVersion,
      maxVersion: own.maxVersion ?? maxVersion,
    };
    const clients = await ClientRules.load(own.clientCertificate ?? clientCertificate);
    const protocols = own.applicationProtocols ?? applicationProtocols;
    return {
      policy: new NamePolicy(settings, clients, protocols, this.#ticketKeys),
      certificate: isGiven(own) ? await ReloadingCertificate.load(own, this.#warn) : fallback,
    };
  }
}
