import type { HttpsOptions } from '@windhover/tls';
import { describe, expect, it } from 'vitest';
import { extendedHttps } from '../src/extended-https.ts';

const validate = (): boolean => true;

describe('options of useHttps in code, with the settings of an endpoint', () => {
  it.each<[string, HttpsOptions, HttpsOptions, HttpsOptions]>([
    [
      'a certificate replaces certificate, key, chain and password, and no other option',
      {
        pfx: 'code.pfx',
        password: 'x',
        chain: 'chain.pem',
        ciphers: 'TLS_AES_128_GCM_SHA256',
        clientCertificate: { mode: 'require', validate },
      },
      { certificate: 'own.pem', key: 'own.key' },
      {
        certificate: 'own.pem',
        key: 'own.key',
        ciphers: 'TLS_AES_128_GCM_SHA256',
        clientCertificate: { mode: 'require', validate },
      },
    ],
    [
      'without a certificate, the certificate of code stays',
      { certificate: 'code.pem', key: 'code.key', minVersion: 'TLSv1.2' },
      { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' },
      { certificate: 'code.pem', key: 'code.key', minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' },
    ],
    [
      'a mode for client certificates keeps validate and authorities',
      { pfx: 'code.pfx', clientCertificate: { mode: 'allow', validate, authorities: 'code.pem' } },
      { clientCertificate: { mode: 'require' } },
      { pfx: 'code.pfx', clientCertificate: { mode: 'require', validate, authorities: 'code.pem' } },
    ],
    [
      'names are added, and the names of code keep their rules',
      {
        pfx: 'code.pfx',
        names: {
          'admin.example': { clientCertificate: { mode: 'require', authorities: 'staff.pem' } },
          'shop.example': { pfx: 'shop.pfx', password: 'x', clientCertificate: { mode: 'allow', validate } },
        },
      },
      { names: { 'shop.example': { certificate: 'own.pem' }, 'new.example': { certificate: 'new.pem' } } },
      {
        pfx: 'code.pfx',
        names: {
          'admin.example': { clientCertificate: { mode: 'require', authorities: 'staff.pem' } },
          'shop.example': { certificate: 'own.pem', clientCertificate: { mode: 'allow', validate } },
          'new.example': { certificate: 'new.pem' },
        },
      },
    ],
  ])('%s', (_what, code, settings, expected) => {
    expect(extendedHttps(code, settings)).toEqual(expected);
  });
});
