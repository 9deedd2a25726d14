const day = 24 * 60 * 60 * 1000;

/** How long certificates live, in milliseconds. */
export const devCertsValidity = {
  /** Below the 398 days of browsers, and the 825 that Apple's systems allow below an authority of one's own. */
  certificate: 365 * day,
  /** It is trusted by hand, so rarely. */
  authority: 3650 * day,
  /** What is left when a certificate is renewed. */
  renewal: 30 * day,
  /** Before now, for clocks of containers and virtual machines that run behind. */
  backdating: 60 * 60 * 1000,
} as const;
