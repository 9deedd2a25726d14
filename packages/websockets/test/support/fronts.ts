import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CertificateAuthority } from '../../../../tools/test-support/certificates.ts';
import { freePort } from '../../../../tools/test-support/free-port.ts';
import { FrontProxy, haproxyProgram, nginxProgram } from '../../../../tools/test-support/front-proxy.ts';

/** A way from a client to a host. */
export interface Front extends AsyncDisposable {
  /** Where the host has to listen. */
  readonly hostUrl: string;
  /** Where the client finds it. */
  readonly clientUrl: string;
}

const withFolder = async (
  make: (folder: string) => Promise<Omit<Front, typeof Symbol.asyncDispose> & { proxy: FrontProxy }>,
): Promise<Front> => {
  const folder = mkdtempSync(join(tmpdir(), 'windhover-ws-'));
  const { hostUrl, clientUrl, proxy } = await make(folder);
  const dispose = async (): Promise<void> => {
    await proxy[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  };
  return { hostUrl, clientUrl, [Symbol.asyncDispose]: dispose };
};

const direct = async (): Promise<Front> => {
  const url = `http://127.0.0.1:${await freePort()}`;
  return { hostUrl: url, clientUrl: url, [Symbol.asyncDispose]: () => Promise.resolve() };
};

/** As nginx's own guide to WebSockets has it. */
const nginx = (): Promise<Front> =>
  withFolder(async (folder) => {
    const port = await freePort();
    const socket = join(folder, 'host.sock');
    const proxy = await FrontProxy.nginx(
      `map $http_upgrade $connection_upgrade { default upgrade; '' close; }
      server {
        listen 127.0.0.1:${port};
        location / {
          proxy_pass http://unix:${socket};
          proxy_http_version 1.1;
          proxy_set_header Host $http_host;
          proxy_set_header Upgrade $http_upgrade;
          proxy_set_header Connection $connection_upgrade;
        }
      }`,
      port,
    );
    return { hostUrl: `http://unix:${socket}`, clientUrl: `http://127.0.0.1:${port}`, proxy };
  });

const haproxy = (): Promise<Front> =>
  withFolder(async (folder) => {
    const [port, hostPort] = [await freePort(), await freePort()];
    const { certificate, key } = await (await CertificateAuthority.create('WebSockets')).issue();
    const file = join(folder, 'front.pem');
    writeFileSync(file, `${certificate}\n${key}\n`);
    const proxy = await FrontProxy.haproxy(
      `defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  timeout tunnel 1h
frontend front
  bind 127.0.0.1:${port} ssl crt ${file}
  default_backend hosts
backend hosts
  server host 127.0.0.1:${hostPort}
`,
      port,
    );
    return { hostUrl: `http://127.0.0.1:${hostPort}`, clientUrl: `https://127.0.0.1:${port}`, proxy };
  });

/** Every way, and whether the program that it needs is here. */
export const fronts: readonly [name: string, isHere: boolean, open: () => Promise<Front>][] = [
  ['directly', true, direct],
  ['through nginx and a unix socket (skipped where there is no nginx)', nginxProgram !== undefined, nginx],
  ['through haproxy with TLS (skipped where there is no haproxy)', haproxyProgram !== undefined, haproxy],
];
