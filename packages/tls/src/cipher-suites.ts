/**
 * TLS 1.3 suites, then those of TLS 1.2 with forward secrecy and authenticated encryption. What the server prefers
 * counts little among equals, so the client's order is followed: it knows whether it has AES in hardware.
 *
 * Source: RFC 9325 section 4.2, RFC 8446 section 9.1
 */
export const defaultCiphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');
