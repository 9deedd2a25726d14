import { KeyObject, X509Certificate } from 'node:crypto';
import { type OptionRules, resolveOptions, shownValue } from '@windhover/connections';
import type { CertificateSource } from './certificate-source.ts';

/** The options of a source, for `resolveOptions`. */
export const sourceKinds = {
  certificate: 'any',
  key: 'any',
  chain: 'any',
  pfx: 'any',
  password: 'any',
} as const satisfies Record<keyof CertificateSource, string>;

/** Options of `node:tls`, and keys of the configuration, with what to use for their purpose. */
export const sourceInstead = {
  cert: 'certificate',
  certs: 'certificate',
  passphrase: 'password',
  ca: 'chain for the certificates between this one and the root',
  keyPath: 'key, which takes a path as well',
  path: 'certificate or pfx, which take a path as well',
} as const;

const rules = { kinds: sourceKinds, instead: sourceInstead } satisfies OptionRules;

/**
 * Checks a source that has no other options.
 *
 * @param owner the function that received it, for messages
 * @throws TypeError for an unknown option, and for a value of a wrong type
 */
export const resolveSource = (owner: string, given: CertificateSource): CertificateSource => {
  const source = resolveOptions(owner, {}, given, rules);
  checkSource(owner, source);
  return source;
};

/** A path, text or bytes; `undefined` is not given. */
export const isFileOrBytes = (value: unknown): boolean =>
  value === undefined || typeof value === 'string' || value instanceof Uint8Array;

/** The classes of values that are not text, which may be a path or PEM, nor bytes. */
const sourceClasses = { pfx: undefined, certificate: X509Certificate, key: KeyObject } as const;

/**
 * Checks the values of a source.
 *
 * @throws TypeError for a value of a wrong type
 */
export const checkSource = (owner: string, source: CertificateSource): void => {
  for (const [name, Class] of Object.entries(sourceClasses)) {
    const value: unknown = source[name as keyof typeof sourceClasses];
    if (isFileOrBytes(value)) continue;
    if (Class !== undefined && value instanceof Class) continue;
    const allowed = Class === undefined ? 'a path or bytes' : `a path, PEM text, bytes or an instance of ${Class.name}`;
    const advice = Array.isArray(value) ? '; give one, and others by name in the option names of useHttps' : '';
    throw new TypeError(`${owner}: ${name} must be ${allowed}; received ${shownValue(value)}${advice}.`);
  }
  checkChain(owner, source.chain);
  checkPassword(owner, source.password);
};

const checkChain = (owner: string, chain: unknown): void => {
  if (isFileOrBytes(chain)) return;
  if (Array.isArray(chain) && chain.every((one) => one instanceof X509Certificate)) return;
  const allowed = 'a path, PEM text, bytes or an array of instances of X509Certificate';
  throw new TypeError(`${owner}: chain must be ${allowed}; received ${shownValue(chain)}.`);
};

const checkPassword = (owner: string, password: unknown): void => {
  if (password === undefined || typeof password === 'string') return;
  throw new TypeError(`${owner}: password must be a string; received ${shownValue(password)}.`);
};
