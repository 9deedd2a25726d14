import { bindingTarget, parseBindingAddress } from '@windhover/addresses';
import * as v from 'valibot';
import { addressAdvice } from './address-advice.ts';
import { endpointLimitsSchema } from './limits-schema.ts';
import { count } from './units.ts';

/** An address that a server can listen on. */
const url = v.pipe(
  v.string(),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    try {
      bindingTarget(parseBindingAddress(dataset.value));
    } catch (error) {
      addIssue({ message: addressAdvice(error) });
    }
  }),
  v.metadata({ allowed: 'an address such as http://localhost:5000' }),
  v.description('An address to listen on, such as http://localhost:5000, https://*:5001 or http://unix:/run/app.sock'),
);

/** Files of a certificate. Source: Kestrel `CertificateConfig` */
export const certificateSchema = v.strictObject({
  path: v.pipe(
    v.string(),
    v.nonEmpty(),
    v.description('PFX (.pfx, .p12), or PEM with its chain; relative to the content root'),
  ),
  keyPath: v.optional(
    v.pipe(v.string(), v.nonEmpty(), v.description('Private key in PEM, if it is not in the file of the certificate')),
  ),
  password: v.optional(
    v.pipe(v.string(), v.metadata({ secret: true }), v.description('Password of the PFX or of the encrypted key')),
  ),
});

const certificate = v.union([
  certificateSchema,
  v.pipe(v.string(), v.nonEmpty(), v.description('The name of one of server.certificates')),
]);

/** Source: Kestrel `HttpProtocols` */
const protocols = v.picklist(['http1', 'http2', 'http1AndHttp2']);

/** Source: .NET `SslProtocols`, without versions that are obsolete */
const sslProtocols = v.array(v.picklist(['tls12', 'tls13']));

/** Source: Kestrel `ClientCertificateMode` without `DelayCertificate`, which Node.js does not support */
const clientCertificateMode = v.picklist(['noCertificate', 'allowCertificate', 'requireCertificate']);

const tlsEntries = {
  sslProtocols: v.optional(sslProtocols),
  clientCertificateMode: v.optional(clientCertificateMode),
  clientCertificateAuthorities: v.optional(
    v.pipe(
      v.array(v.pipe(v.string(), v.nonEmpty())),
      v.description('PEM files of the authorities that may issue client certificates; relative to the content root'),
    ),
  ),
};

/** Source: Kestrel `SniConfig` */
const sniSchema = v.strictObject({
  certificate: v.optional(certificate),
  protocols: v.optional(protocols),
  ...tlsEntries,
});

/** Octal digits as for chmod(1). */
const unixMode = v.pipe(
  v.string(),
  v.regex(/^0?[0-7]{3}$/),
  v.metadata({ allowed: 'three octal digits such as "660"' }),
  v.description('Mode of the unix socket; "660" allows its owner and its group. Default: determined by the umask'),
);

/** Source: Kestrel `EndpointConfig` */
export const endpointSchema = v.strictObject({
  url,
  protocols: v.optional(protocols),
  certificate: v.optional(certificate),
  ...tlsEntries,
  sni: v.optional(
    v.pipe(
      v.record(v.string(), sniSchema),
      v.description('TLS settings by server name (SNI): example.com, *.example.com, or * for all others'),
    ),
  ),
  unixMode: v.optional(unixMode),
  unixGroup: v.optional(
    v.pipe(
      v.union([v.pipe(v.string(), v.nonEmpty()), count(0, 2 ** 31 - 1, 'Id of a group')]),
      v.description(
        'Group of the unix socket, by name or id, e.g. of the proxy; the user of the process must be a member',
      ),
    ),
  ),
  backlog: v.optional(count(1, 65_535, 'Maximum number of connections that wait to be accepted')),
  limits: v.optional(endpointLimitsSchema),
});

/** Source: Kestrel `EndpointDefaults` */
export const endpointDefaultsSchema = v.strictObject({ protocols: v.optional(protocols), ...tlsEntries });

export type CertificateSettings = v.InferOutput<typeof certificateSchema>;
export type EndpointSettings = v.InferOutput<typeof endpointSchema>;
export type EndpointDefaultSettings = v.InferOutput<typeof endpointDefaultsSchema>;
export type SniSettings = v.InferOutput<typeof sniSchema>;
export type ProtocolSettings = v.InferOutput<typeof protocols>;
