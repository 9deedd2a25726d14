import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../../tools/test-support/programs.ts';
import { type CertificateSource, loadCertificate } from '../src/index.ts';
import { CertificateAuthority, type KeyAndCertificate } from './support/certificates.ts';
import { output } from './support/programs.ts';
import { TlsServer } from './support/tls-server.ts';

const openssl = findProgram('openssl');
const folder = mkdtempSync(join(tmpdir(), 'windhover-tls-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let leaf: KeyAndCertificate;
/** By name, in PEM: root A, the same certified by B, B, an intermediate authority of A, and one that has nothing to do with it. */
let pem: Record<'leaf' | 'int' | 'cross' | 'A' | 'B' | 'foreign', string>;

beforeAll(async () => {
  const [A, B, foreign] = await Promise.all(['A', 'B', 'foreign'].map((name) => CertificateAuthority.create(name)));
  const intermediate = await A!.issueAuthority('int');
  leaf = await intermediate.issue();
  pem = {
    leaf: leaf.certificate,
    int: intermediate.certificate,
    cross: await B!.certify(A!),
    A: A!.certificate,
    B: B!.certificate,
    foreign: foreign!.certificate,
  };
});

type Name = keyof typeof pem;

const file = (...names: Name[]): string => names.map((name) => pem[name]).join('\n');

/** Subjects and issuers of the sent certificates. */
const sent = async (source: CertificateSource): Promise<{ chain: string; remarks: readonly string[] }> => {
  const { leaf: first, chain, remarks } = await loadCertificate(source);
  const names = [first, ...chain].map(({ subject, issuer }) => `${subject}<${issuer}`.replaceAll('CN=', ''));
  return { chain: names.join(' '), remarks };
};

const toInt = 'localhost<int int<A';
const toB = `${toInt} A<B`;
const twice = (name: string): string => `the certificate of CN=${name} is given more than once; it is sent once`;
const left = (name: string): string => `the certificate of CN=${name} does not belong to the chain; it is left out`;

interface Row {
  readonly what: string;
  readonly certificate: Name[];
  readonly chain?: Name[];
  readonly sent: string;
  readonly remarks?: string[];
}

describe('the chain that is sent (RFC 5246 7.4.2: each certifies the one before it)', () => {
  it.each<Row>([
    { what: 'nothing but the certificate', certificate: ['leaf'], sent: 'localhost<int' },
    { what: 'the right order', certificate: ['leaf', 'int'], sent: toInt },
    { what: 'the certificate last', certificate: ['int', 'leaf'], sent: toInt },
    { what: 'the chain in the wrong order', certificate: ['leaf', 'cross', 'int'], sent: toB },
    { what: 'a chain of its own', certificate: ['leaf'], chain: ['int', 'cross'], sent: toB },
    { what: 'a root', certificate: ['leaf', 'int', 'A'], sent: toInt },
    {
      what: 'a root and the same authority certified by another',
      certificate: ['leaf', 'A', 'int', 'cross', 'B'],
      sent: toB,
    },
    {
      what: 'a certificate whose issuer is not there',
      certificate: ['leaf', 'cross'],
      sent: 'localhost<int',
      remarks: [left('A')],
    },
    {
      what: 'the certificate again in the chain',
      certificate: ['leaf'],
      chain: ['leaf', 'int'],
      sent: toInt,
      remarks: [twice('localhost')],
    },
    {
      what: 'the chain twice',
      certificate: ['leaf', 'int'],
      chain: ['int', 'int'],
      sent: toInt,
      remarks: [twice('int')],
    },
    { what: 'a foreign certificate', certificate: ['leaf', 'foreign', 'int'], sent: toInt, remarks: [left('foreign')] },
  ])('$what: $sent', async ({ certificate, chain, sent: expected, remarks = [] }) => {
    const source = { certificate: file(...certificate), key: leaf.key, ...(chain && { chain: file(...chain) }) };
    expect(await sent(source)).toEqual({ chain: expected, remarks });
  });

  it('a certificate that is self-signed: itself', async () => {
    const self = await CertificateAuthority.create('self');
    expect(await sent(await self.identity())).toEqual({ chain: 'self<self', remarks: [] });
  });

  it.skipIf(openssl === undefined).each<[string, Name[], string]>([
    ['the right order', ['int', 'cross', 'B'], toB],
    ['reversed', ['B', 'cross', 'int'], toB],
    ['with both forms of a root', ['int', 'cross', 'A', 'B'], toB],
  ])('a PFX with its chain in %s', async (_what, names, expected) => {
    const path = (name: string): string => join(folder, name);
    writeFileSync(path('leaf.pem'), `${leaf.certificate}\n${leaf.key}`);
    writeFileSync(path('rest.pem'), file(...names));
    const args = [
      '-in',
      path('leaf.pem'),
      '-certfile',
      path('rest.pem'),
      '-passout',
      'pass:x',
      '-out',
      path('all.pfx'),
    ];
    await output(openssl!, ['pkcs12', '-export', ...args]);
    expect(await sent({ pfx: path('all.pfx'), password: 'x' })).toEqual({ chain: expected, remarks: [] });
  });

  it('certificates that are left out cause a warning at the start, and clients verify the chain', async () => {
    await using server = await TlsServer.start({ certificate: file('int', 'foreign', 'cross', 'leaf'), key: leaf.key });
    expect(server.endpoint.warnings).toEqual([`certificate: ${left('foreign')}`]);
    expect((await server.secured({ ca: pem.B })).authorized).toBe(true);
  });
});
