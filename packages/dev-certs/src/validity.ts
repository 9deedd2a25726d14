const day = 24 * 60 * 60 * 1000;

/** How long certificates live, in milliseconds. */
export const devCertsValidity = {
  /** Less than the 398 days that browsers allow, and the 825 days that Apple allows for a private authority. */
  certificate: 365 * day,
  /** Long, because it is trusted by hand. */
  authority: 3650 * day,
  /** Time before its end from which a certificate is renewed. */
  renewal: 30 * day,
  /** Time before now at which certificates begin, for containers and virtual machines whose clock is slow. */
  backdating: 60 * 60 * 1000,
} as const;
