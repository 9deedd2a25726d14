import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer, get } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  cleanDevelopmentCertificates,
  createDevelopmentCertificate,
  developmentCertificate,
} from '@windhover/dev-certs';

/** Without `folder` it is the store of this user, which all projects share. */
const options = { folder: mkdtempSync(join(tmpdir(), 'certs-')) };

/** Once on each machine: what the command `windhover dev-certs` does. */
await createDevelopmentCertificate(options);

/** At each start of a server: synchronous and cheap. */
const { certificate, key, authorityPath } = developmentCertificate(options)!;
const server = createServer({ cert: certificate, key }, (_request, response) => response.end('hello over TLS'));
server.listen(0, '127.0.0.1');
await once(server, 'listening');

/** A client that trusts the authority, and asks for a name of the certificate. */
const { port } = server.address() as AddressInfo;
const request = get({ port, host: '127.0.0.1', servername: 'localhost', ca: readFileSync(authorityPath) });
const [response] = (await once(request, 'response')) as [IncomingMessage];
for await (const content of response) console.log(String(content));
server.close();
cleanDevelopmentCertificates(options);
// hello over TLS
