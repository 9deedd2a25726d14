/** One field as it was sent. */
export interface RawTlv {
  /** 0 to 255. */
  readonly type: number;
  readonly value: Uint8Array;
}

/**
 * What the proxy says of the TLS connection with its client.
 *
 * Source: PROXY protocol, 2.2.6, `PP2_TYPE_SSL`.
 */
export interface ProxySsl {
  /** The client spoke TLS to the proxy: `PP2_CLIENT_SSL`. */
  readonly overTls: boolean;
  /** It gave a certificate on this connection: `PP2_CLIENT_CERT_CONN`. */
  readonly certificateOnConnection: boolean;
  /** It gave a certificate in this TLS session: `PP2_CLIENT_CERT_SESS`. */
  readonly certificateInSession: boolean;
  /** The certificate was given and verified: `verify` is zero. Only then does `commonName` prove anything. */
  readonly verified: boolean;
  /** E.g. `TLSv1.3`. */
  readonly version: string | undefined;
  /** `PP2_SUBTYPE_SSL_CN`; it holds what a client's certificate says. */
  readonly commonName: string | undefined;
  /** E.g. `ECDHE-RSA-AES128-GCM-SHA256`. */
  readonly cipher: string | undefined;
  /** E.g. `SHA256`. */
  readonly signatureAlgorithm: string | undefined;
  /** E.g. `RSA2048`. */
  readonly keyAlgorithm: string | undefined;
  /** Sub-fields of other types. */
  readonly unknown: readonly RawTlv[];
}

/**
 * The additional fields of a version 2 header. Texts may hold what a client has sent (a host name, a certificate's
 * name): escape them before they reach a log. Where a type came more than once, the header was refused.
 *
 * Source: PROXY protocol, 2.2.1 to 2.2.7.
 */
export interface ProxyTlvs {
  /** `PP2_TYPE_ALPN`: the protocol negotiated with the client, e.g. `h2`; one character a byte. */
  readonly alpn: string | undefined;
  /** `PP2_TYPE_AUTHORITY`: the host name that the client asked for (SNI). */
  readonly authority: string | undefined;
  /** `PP2_TYPE_UNIQUE_ID`: at most 128 bytes that name the connection at the proxy. */
  readonly uniqueId: Uint8Array | undefined;
  readonly ssl: ProxySsl | undefined;
  /** `PP2_TYPE_NETNS`: the network namespace of the proxy's connection. */
  readonly netns: string | undefined;
  /** `PP2_TYPE_CRC32C` was there, and fits the header. */
  readonly checksummed: boolean;
  /** Fields of other types, in order: of vendors (0xE0 to 0xEF), experiments (0xF0 to 0xF7), and of the future. */
  readonly unknown: readonly RawTlv[];
}

export const noTlvs: ProxyTlvs = {
  alpn: undefined,
  authority: undefined,
  uniqueId: undefined,
  ssl: undefined,
  netns: undefined,
  checksummed: false,
  unknown: [],
};
