import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { SessionTicketKeys, httpsDefaults, httpsOptionNames, loadCertificate, useHttps } from '../src/index.ts';

const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return (error as Error).message;
  }
  return 'no error';
};

const identity = { certificate: 'site.crt', key: 'site.key' };
const clientCertificate = { mode: 'require', authorities: 'staff.crt' };

describe('useHttps: options of Node.js, and other values that would have no effect', () => {
  it.each<[given: unknown, message: string]>([
    [
      undefined,
      'useHttps needs the path of a PFX file, or options such as { certificate, key } or { pfx }; received undefined.',
    ],
    [
      Buffer.of(0x30),
      'useHttps needs the path of a PFX file, or options such as { certificate, key } or { pfx }; received bytes.',
    ],
    [null, 'the options of useHttps must be an object; received null.'],
    [['site.crt', 'site.key'], 'the options of useHttps must be an object; received an array.'],
    [{ cert: 'site.crt', key: 'site.key' }, 'useHttps has no option "cert"; use certificate.'],
    [{ ...identity, passphrase: 'x' }, 'useHttps has no option "passphrase"; use password.'],
    [
      { ...identity, ca: 'staff.crt' },
      'useHttps has no option "ca"; use clientCertificate.authorities for the certificates of clients, or chain for those of the server.',
    ],
    [
      { ...identity, requestCert: true },
      'useHttps has no option "requestCert"; use clientCertificate with the mode "allow" or "require".',
    ],
    [
      { ...identity, rejectUnauthorized: true },
      'useHttps has no option "rejectUnauthorized"; use clientCertificate with the mode "require", or "allow" and validate.',
    ],
    [{ ...identity, crl: 'x' }, 'useHttps has no option "crl"; use clientCertificate.revocationLists.'],
    [{ ...identity, SNICallback: () => {} }, 'useHttps has no option "SNICallback"; use names or selectCertificate.'],
    [{ ...identity, ALPNProtocols: ['h2'] }, 'useHttps has no option "ALPNProtocols"; use applicationProtocols.'],
    [{ ...identity, ticketKeys: 'x' }, 'useHttps has no option "ticketKeys"; use sessionTicketKeys.'],
    [
      { ...identity, honorCipherOrder: true },
      `useHttps has no option "honorCipherOrder"; its options are ${httpsOptionNames.join(', ')}.`,
    ],
    [
      { ...identity, clientCertificate: { mode: 'require', ca: 'staff.crt' } },
      'useHttps: clientCertificate has no option "ca"; use authorities.',
    ],
    [
      { ...identity, clientCertificate: { authorities: 'staff.crt' } },
      'useHttps: clientCertificate needs the option "mode"; received undefined.',
    ],
    [{ ...identity, clientCertificate: true }, 'useHttps: clientCertificate must be an object; received true.'],
    [
      { ...identity, names: { 'a.example': { cert: 'a.crt' } } },
      'useHttps: names["a.example"] has no option "cert"; use certificate.',
    ],
    [
      { ...identity, names: { 'a.example': 'a.crt' } },
      'the options of useHttps: names["a.example"] must be an object; received the string "a.crt".',
    ],
    [
      { ...identity, names: { 'a.example': { clientCertificate: { mode: 'require', crl: 'x' } } } },
      'useHttps: names["a.example"]: clientCertificate has no option "crl"; use revocationLists.',
    ],
    [
      { certificate: ['a.crt', 'b.crt'], key: 'a.key' },
      'useHttps: certificate must be a path, PEM text, bytes or an instance of X509Certificate; received an array; give one, and others by name in the option names of useHttps.',
    ],
    [{ pfx: 5 }, 'useHttps: pfx must be a path or bytes; received the number 5.'],
    [
      { ...identity, sessionTickets: 'false' },
      'useHttps: sessionTickets must be true or false; received the string "false".',
    ],
    [
      { ...identity, sessionTicketKeys: Buffer.alloc(48) },
      'useHttps: sessionTicketKeys must be a `new SessionTicketKeys({ keys })`; received another object.',
    ],
    [
      { ...identity, plainHttp: 'Redirect' },
      'useHttps: plainHttp must be "refuse" or "redirect" or "serve"; received "Redirect".',
    ],
    [{ ...identity, unknownName: true }, 'useHttps: unknownName must be "default" or "refuse"; received true.'],
    [{ ...identity, minVersion: 'TLSv1' }, 'useHttps: minVersion must be "TLSv1.2" or "TLSv1.3"; received "TLSv1".'],
    [
      { ...identity, names: { 'a.example': { maxVersion: 1.3 } } },
      'useHttps: names["a.example"]: maxVersion must be "TLSv1.2" or "TLSv1.3"; received the number 1.3.',
    ],
    [
      { ...identity, clientCertificate: { mode: 'required' } },
      'useHttps: clientCertificate: mode must be "none" or "allow" or "require"; received "required".',
    ],
    [
      { ...identity, clientCertificate: { mode: 'require', authorities: ['a.crt', {}] } },
      'useHttps: clientCertificate: authorities must be paths, PEM text or bytes; received an object.',
    ],
    [
      { ...identity, clientCertificate: { mode: 'require', authorities: 'a.crt', revocationLists: 5 } },
      'useHttps: clientCertificate: revocationLists must be paths, PEM text or bytes; received the number 5.',
    ],
    [
      { ...identity, chain: ['a.crt', 'b.crt'] },
      'useHttps: chain must be a path, PEM text, bytes or an array of instances of X509Certificate; received an array.',
    ],
    [{ ...identity, password: 5 }, 'useHttps: password must be a string; received the number 5.'],
  ])('%j: %s', (given, message) => {
    expect(messageOf(() => useHttps(given as never))).toBe(message);
  });

  it.each<[given: object, message: string]>([
    [{ handshakeTimeout: '10000' }, 'handshakeTimeout must be a number above 0; received the string "10000".'],
    [{ maxConcurrentHandshakes: 0 }, 'maxConcurrentHandshakes must be a number above 0; received the number 0.'],
    [{ reloadInterval: Number.NaN }, 'reloadInterval must be a number above 0; received the number NaN.'],
    [{ reloadInterval: 2 ** 31 }, 'reloadInterval must be at most 2147483647 ms, or Infinity; received 2147483648.'],
    [{ sessionTimeout: 604_800_001 }, 'sessionTimeout must be at most 604800000 ms (7 days); received 604800001.'],
    [
      { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.2' },
      'useHttps: minVersion must not be above maxVersion; received TLSv1.3 and TLSv1.2.',
    ],
    [
      { maxVersion: 'TLSv1.2', names: { 'a.example': { minVersion: 'TLSv1.3' } } },
      'useHttps: names["a.example"]: minVersion must not be above maxVersion; received TLSv1.3 and TLSv1.2.',
    ],
  ])('out of range: %j', (given, message) => {
    expect(() => useHttps({ ...identity, ...given })).toThrow(new RangeError(message));
  });

  it.each([2 ** 31 - 1, Number.POSITIVE_INFINITY])('reloadInterval %d is allowed', (reloadInterval) => {
    expect(() => useHttps({ ...identity, reloadInterval })).not.toThrow();
  });

  it('accepts every option that it has', () => {
    const given = {
      ...httpsDefaults,
      ...identity,
      chain: 'chain.pem',
      pfx: undefined,
      password: 'secret',
      clientCertificate,
      applicationProtocols: ['h2'],
      names: { 'a.example': { ...identity, clientCertificate, applicationProtocols: ['h2'], minVersion: 'TLSv1.3' } },
      selectCertificate: () => undefined,
      sessionTicketKeys: new SessionTicketKeys(),
      onHandshakeFailed: () => undefined,
    };
    expect(Object.keys(given).toSorted()).toEqual(httpsOptionNames.toSorted());
    expect(messageOf(() => useHttps(given as never))).toBe('no error');
  });
});

describe('loadCertificate', () => {
  it.each<[given: unknown, message: string]>([
    [{ cert: 'site.crt', key: 'site.key' }, 'loadCertificate has no option "cert"; use certificate.'],
    [{ pfx: 'site.pfx', passphrase: 'x' }, 'loadCertificate has no option "passphrase"; use password.'],
    [{ path: 'site.pfx' }, 'loadCertificate has no option "path"; use certificate or pfx, which take a path as well.'],
    [
      { ...identity, ca: 'root.crt' },
      'loadCertificate has no option "ca"; use chain for the certificates between this one and the root.',
    ],
    [
      { ...identity, minVersion: 'TLSv1.3' },
      'loadCertificate has no option "minVersion"; its options are certificate, key, chain, pfx, password.',
    ],
    [{ pfx: 5 }, 'loadCertificate: pfx must be a path or bytes; received the number 5.'],
    ['site.pfx', 'the options of loadCertificate must be an object; received the string "site.pfx".'],
  ])('%j: %s', async (given, message) => {
    await expect(loadCertificate(given as never)).rejects.toThrow(new TypeError(message));
  });
});

describe('SessionTicketKeys', () => {
  it('key instead of keys: the random keys of one process would be used', () => {
    expect(messageOf(() => new SessionTicketKeys({ key: Buffer.alloc(48) } as never))).toBe(
      'SessionTicketKeys has no option "key"; use keys.',
    );
  });
});
