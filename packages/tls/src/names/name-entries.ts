import type { TlsCertificate } from '../certificates/load-certificate.ts';
import { isGiven } from '../certificates/certificate-source.ts';
import { ClientRules } from './client-rules.ts';
import { TlsError } from '../errors.ts';
import { NamePolicy } from './name-policy.ts';
import type { NameOptions, ResolvedHttpsOptions } from '../options.ts';
import { ReloadingCertificate } from '../certificates/reloading-certificate.ts';
import { ServerNames } from './server-names.ts';
import type { SessionTicketKeys } from './session-ticket-keys.ts';

/** What one name, or the rest, is served with. */
export interface NameEntry {
  readonly policy: NamePolicy;
  /** `undefined` where `selectCertificate` has to give one. */
  readonly certificate: ReloadingCertificate | undefined;
}

/** The certificates and rules of one endpoint, by name. */
export class NameEntries {
  readonly #options: ResolvedHttpsOptions;
  readonly #ticketKeys: SessionTicketKeys;
  readonly #warn: (message: string) => void;
  readonly #certificates: ReloadingCertificate[] = [];
  readonly #names: ServerNames<NameEntry>;
  readonly #all: readonly NameEntry[];
  /** For clients whose name is not among them. */
  readonly default: NameEntry;

  /**
   * Reads all files, synchronously, and tries all options.
   *
   * @throws TlsError, one of those that concern the start
   * @throws RangeError for a name that is none
   */
  constructor(options: ResolvedHttpsOptions, ticketKeys: SessionTicketKeys, warn: (message: string) => void) {
    this.#options = options;
    this.#ticketKeys = ticketKeys;
    this.#warn = warn;
    this.default = this.#entry(options, undefined);
    const named = Object.entries(options.names ?? {}).map(
      ([name, own]) => [name, this.#entry(own, this.default.certificate)] as const,
    );
    this.#names = new ServerNames(named);
    this.#all = [this.default, ...named.map(([, entry]) => entry)];
    this.#check();
  }

  [Symbol.iterator](): Iterator<NameEntry> {
    return this.#all[Symbol.iterator]();
  }

  /** All that come from files or bytes given at the start. */
  get certificates(): readonly ReloadingCertificate[] {
    return this.#certificates;
  }

  /** Whether the name that a client asks for makes a difference. */
  get matter(): boolean {
    const { names, selectCertificate, unknownName } = this.#options;
    return names !== undefined || selectCertificate !== undefined || unknownName === 'refuse';
  }

  /** @returns `undefined` where the name is to be refused */
  find(serverName: string | undefined): NameEntry | undefined {
    return this.#names.find(serverName) ?? (this.#options.unknownName === 'default' ? this.default : undefined);
  }

  #entry(own: NameOptions, fallback: ReloadingCertificate | undefined): NameEntry {
    const { minVersion, maxVersion, clientCertificate, applicationProtocols } = this.#options;
    const settings = {
      ...this.#options,
      minVersion: own.minVersion ?? minVersion,
      maxVersion: own.maxVersion ?? maxVersion,
    };
    const clients = new ClientRules(own.clientCertificate ?? clientCertificate);
    const protocols = own.applicationProtocols ?? applicationProtocols;
    return {
      policy: new NamePolicy(settings, clients, protocols, this.#ticketKeys),
      certificate: isGiven(own) ? this.#load(own) : fallback,
    };
  }

  #load(own: NameOptions): ReloadingCertificate {
    const certificate = new ReloadingCertificate(own, this.#warn);
    this.#certificates.push(certificate);
    return certificate;
  }

  /** A certificate is there, and what OpenSSL will not take shows now and not with the first connection. */
  #check(): void {
    const served = this.#all.map(({ certificate }) => certificate?.current).filter(isCertificate);
    if (served.length === 0 && this.#options.selectCertificate === undefined)
      throw new TlsError('TLS_CERTIFICATE_MISSING');
    for (const { policy, certificate } of this) if (certificate !== undefined) policy.contextFor(certificate.current);
  }
}

const isCertificate = (certificate: TlsCertificate | undefined): certificate is TlsCertificate =>
  certificate !== undefined;
