/** One field as it was sent. */
export interface RawTlv {
  /** 0 to 255. */
  readonly type: number;
  readonly value: Uint8Array;
}

/**
 * Information of the proxy about the TLS connection with its client.
 *
 * Source: PROXY protocol, 2.2.6, `PP2_TYPE_SSL`.
 */
export interface ProxySsl {
  /** The client used TLS with the proxy: `PP2_CLIENT_SSL`. */
  readonly overTls: boolean;
  /** The client sent a certificate on this connection: `PP2_CLIENT_CERT_CONN`. */
  readonly certificateOnConnection: boolean;
  /** The client sent a certificate in this TLS session: `PP2_CLIENT_CERT_SESS`. */
  readonly certificateInSession: boolean;
  /** The certificate was sent and verified: `verify` is zero. Otherwise `commonName` proves nothing. */
  readonly verified: boolean;
  /** E.g. `TLSv1.3`. */
  readonly version: string | undefined;
  /** `PP2_SUBTYPE_SSL_CN`: common name of the client's certificate. */
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
 * The additional fields of a version 2 header. Texts may come from the client (a host name, a name in a certificate): escape
 * them before logging. A header with a type that occurs twice is refused.
 *
 * Source: PROXY protocol, 2.2.1 to 2.2.7.
 */
export interface ProxyTlvs {
  /** `PP2_TYPE_ALPN`: the protocol negotiated with the client, e.g. `h2`; one character for each byte. */
  readonly alpn: string | undefined;
  /** `PP2_TYPE_AUTHORITY`: the host name that the client requested (SNI). */
  readonly authority: string | undefined;
  /** `PP2_TYPE_UNIQUE_ID`: at most 128 bytes that identify the connection at the proxy. */
  readonly uniqueId: Uint8Array | undefined;
  readonly ssl: ProxySsl | undefined;
  /** `PP2_TYPE_NETNS`: the network namespace of the proxy's connection. */
  readonly netns: string | undefined;
  /** The header has a checksum (`PP2_TYPE_CRC32C`), and it matches. */
  readonly checksummed: boolean;
  /** Fields of other types, in order, e.g. of vendors (0xE0 to 0xEF) and experiments (0xF0 to 0xF7). */
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
