import type { X509Certificate } from 'node:crypto';
import { DevCertsError } from './errors.ts';

/**
 * Names of every development certificate. Most clients accept no wildcard directly below a top-level domain, such as
 * `*.localhost`, so the certificate has `*.dev.localhost` as well.
 */
export const devCertsNames: readonly string[] = ['localhost', '*.localhost', '*.dev.localhost', '127.0.0.1', '::1'];

/** Below `localhost`, in lower case; a wildcard only as the whole first label. Source: RFC 6761, section 6.3 */
const hostBelowLocalhost = /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*localhost$/;
const maxHostLength = 253;

/**
 * All names of a certificate: `devCertsNames` and the given ones.
 *
 * @throws DevCertsError `DEV_CERTS_NAME_INVALID`
 */
export const namesWith = (more: readonly string[]): string[] => {
  const hosts = more.map((name) => name.toLowerCase());
  for (const host of hosts) {
    if (host.length > maxHostLength || !hostBelowLocalhost.test(host)) {
      throw new DevCertsError('DEV_CERTS_NAME_INVALID', JSON.stringify(host));
    }
  }
  return [...new Set([...devCertsNames, ...hosts])];
};

/** The names of a certificate, IP addresses in the form of `devCertsNames`. */
export const namesOf = ({ subjectAltName = '' }: X509Certificate): string[] =>
  subjectAltName
    .split(', ')
    .flatMap((entry) => /^(?:DNS|IP Address):(.+)$/.exec(entry)?.[1] ?? [])
    .map((name) => (name === '0:0:0:0:0:0:0:1' ? '::1' : name));

/** @param name subject or issuer, as `X509Certificate` has it: one attribute a line */
export const commonNameOf = (name: string): string => /^CN=(.*)$/m.exec(name)?.[1] ?? '';
