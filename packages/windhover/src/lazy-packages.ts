import type * as DevCerts from '@windhover/dev-certs';
import type * as Tls from '@windhover/tls';

// Loaded by the first call, since an endpoint is configured synchronously; whoever does not ask pays nothing.
const load = (name: string): unknown => process.getBuiltinModule('node:module').createRequire(import.meta.url)(name);

export const tlsPackage = (): typeof Tls => load('@windhover/tls') as typeof Tls;

export const devCertsPackage = (): typeof DevCerts => load('@windhover/dev-certs') as typeof DevCerts;
