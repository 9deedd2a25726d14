import type { TlsCertificate } from './load-certificate.ts';

/**
 * What clients will not like about a certificate that can be used all the same.
 *
 * @param now milliseconds since 1970
 */
export const certificateWarnings = ({ leaf, name }: TlsCertificate, now: number): string[] => {
  const warnings: string[] = [];
  if (Date.parse(leaf.validTo) < now) warnings.push(`${name}: the certificate has expired on ${leaf.validTo}`);
  if (Date.parse(leaf.validFrom) > now) warnings.push(`${name}: the certificate is not valid before ${leaf.validFrom}`);
  // RFC 9525 section 6.3: the common name counts no longer.
  if (leaf.subjectAltName === undefined) {
    warnings.push(
      `${name}: the certificate has no subject alternative name, so clients will not accept it for any name`,
    );
  }
  return warnings;
};
