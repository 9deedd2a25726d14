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
  ])('%j: %s', (given, message) => {
    expect(messageOf(() => useHttps(given as never))).toBe(message);
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
