import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settingsErrors } from '../../src/settings/index.ts';
import { SettingsFolder } from './support/settings-folder.ts';

let folder: SettingsFolder;
beforeEach(() => {
  folder = new SettingsFolder();
});
afterEach(() => folder[Symbol.dispose]());

describe('errors as a person sees them', () => {
  it('of single settings', async () => {
    folder.write(
      'windhover.json',
      `{
  "urls": "http//localhost:5000",
  "threads": 0,
  "shutdownTimeout": "soon",
  "allowedHosts": [],
  "logging": { "level": { "default": "verbose", "Shop": 3 }, "colour": true },
  "server": {
    "endpoint": {},
    "endpoints": {
      "web": { "url": "https://localhost:99999", "protocols": "http3", "certificate": { "pasword": "hunter2" } },
      "admin": { "certificate": { "path": "a.pem", "password": 4711 }, "sslProtocols": ["tls11"] },
      "old": { "url": "http://unix:app.sock", "certificate": { "subject": "localhost", "store": "My" } }
    },
    "limits": { "maxRequestLineSize": "8 kB or so", "keepAliveTimeout": 0, "minRequestBodyDataRate": { "bytesPerSecond": 0 } },
    "serverHeader": "a\\nb"
  },
  "limits": {}
}`,
    );
    const { message } = await folder.refusal({
      environment: { PORT: 'http', WINDHOVER_HTTP_PORT: '80', WINDHOVER_SERVER__DATE_HEADER: 'on' },
      args: [
        '--https-ports',
        '443;70000',
        '--thread',
        '4',
        '--server:endpoints:web:limits:maxConcurrentConnections=none',
      ],
    });
    expect(message).toMatchSnapshot();
    expect(message).not.toMatch(/hunter2|4711/);
  });

  it('of settings that do not go together', async () => {
    folder.write(
      'windhover.json',
      `{
  "environment": "development",
  "server": {
    "endpoints": {
      "plain": { "url": "http://localhost:5000", "certificate": "shop", "sni": {}, "sslProtocols": ["tls13"] },
      "again": { "url": "http://LOCALHOST:5000" },
      "secure": {
        "url": "https://localhost:5001",
        "certificate": "shpo",
        "clientCertificateAuthorities": ["ca.pem"],
        "sni": { "": { "certificate": "none" }, "*.example.org": {}, "a.*.b": { "certificate": { "path": "a.p12", "keyPath": "a.key" } } }
      },
      "free": { "url": "http://localhost:0", "unixMode": "660" },
      "freeToo": { "url": "http://localhost:0" }
    },
    "certificates": { "shop": { "path": "shop.pfx", "keyPath": "shop.key" } },
    "limits": { "maxRequestBufferSize": "4KiB" }
  }
}`,
    );
    const { message, problems } = await folder.refusal();
    expect(message).toMatchSnapshot();
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(Object.keys(settingsErrors)));
  });
});
