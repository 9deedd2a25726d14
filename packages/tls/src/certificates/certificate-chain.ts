import type { X509Certificate } from 'node:crypto';

/** The certificates that a TLS server sends after its own. */
export interface CertificateChain {
  /** Each certifies the one before it, the first one the server's certificate. Without the root. */
  readonly issuers: readonly X509Certificate[];
  /** Remarks about omitted certificates, as clauses. */
  readonly remarks: readonly string[];
}

const isSame = (one: X509Certificate, other: X509Certificate): boolean => one.raw.equals(other.raw);

const isSelfSigned = (certificate: X509Certificate): boolean => certificate.checkIssued(certificate);

const certifies = (issuer: X509Certificate, certificate: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);

const nameOf = ({ subject, serialNumber }: X509Certificate): string =>
  (subject as string | undefined)?.replaceAll('\n', ', ') || `serial number ${serialNumber}`;

/**
 * Sorts the certificates of a file for TLS. If an authority has both a root certificate and a certificate from another
 * authority, the latter is sent: clients that trust either authority can verify the chain.
 *
 * @param given in any order, with or without the server's certificate
 * @returns no issuers for a self-signed certificate
 * Source: RFC 5246 section 7.4.2, RFC 8446 section 4.4.2
 */
export const orderChain = (leaf: X509Certificate, given: readonly X509Certificate[]): CertificateChain => {
  const distinct = given.filter((one, at) => given.findIndex((other) => isSame(one, other)) === at);
  const candidates = distinct.filter((one) => !isSame(one, leaf));
  const issuers = issuersOf(leaf, candidates);
  const sent = [leaf, ...issuers];
  const isRoot = (one: X509Certificate): boolean => isSelfSigned(one) && sent.some((other) => certifies(one, other));
  const doubles = distinct.filter((one) => given.filter((other) => isSame(one, other)).length > 1);
  const foreign = candidates.filter((one) => !issuers.includes(one) && !isRoot(one));
  return { issuers, remarks: [...doubles.map(doubleRemark), ...foreign.map(foreignRemark)] };
};

const issuersOf = (leaf: X509Certificate, candidates: readonly X509Certificate[]): X509Certificate[] => {
  const issuers: X509Certificate[] = [];
  const issuerOf = (certificate: X509Certificate): X509Certificate | undefined =>
    candidates.find((one) => !isSelfSigned(one) && !issuers.includes(one) && certifies(one, certificate));
  for (let next = issuerOf(leaf); next !== undefined; next = issuerOf(next)) issuers.push(next);
  return issuers;
};

const doubleRemark = (one: X509Certificate): string =>
  `the certificate of ${nameOf(one)} is given more than once; it is sent once`;

const foreignRemark = (one: X509Certificate): string =>
  `the certificate of ${nameOf(one)} does not belong to the chain; it is left out`;
