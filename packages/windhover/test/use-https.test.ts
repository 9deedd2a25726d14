import { describe, expect, it } from 'vitest';
import { createHostBuilder, useHttps } from '../src/index.ts';

describe('useHttps', () => {
  it.each<[given: unknown, message: RegExp]>([
    [undefined, /^useHttps needs the path of a PFX file, .*; received undefined\.$/],
    [Buffer.of(0x30), /^useHttps needs the path of a PFX file, .*; received bytes\.$/],
    [null, /^the options of useHttps must be an object; received null\.$/],
    [['a.crt'], /^the options of useHttps must be an object; received an array\.$/],
    [{ cert: 'a.crt', key: 'a.key' }, /^useHttps has no option "cert"; use certificate\.$/],
    [{ certificate: 'a.crt', requestCert: true, ca: 'b.crt' }, /^useHttps has no option "requestCert"; use /],
  ])('%j is refused when it is called', (given, message) => {
    expect(() => useHttps(given as never)).toThrow(TypeError);
    expect(() => useHttps(given as never)).toThrow(message);
  });

  it.each([{}, { minVersion: 'TLSv1.3' } as const])(
    '%j, without a certificate: the start fails, and the development certificate is not used',
    async (options) => {
      const builder = createHostBuilder()
        .useUrls('https://127.0.0.1:0')
        .useServer((server) => void (server.useHttps = useHttps(options)))
        .configure((app) => void app.run(({ response }) => response.send('served')));
      await expect(builder.build().start()).rejects.toMatchObject({ code: 'TLS_CERTIFICATE_MISSING' });
    },
  );
});
