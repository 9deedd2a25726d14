import type { DevelopmentCertificate } from './development-certificate.ts';
import type { DevelopmentCertificateTrust } from './development-certificate-trust.ts';
import type { ExportedDevelopmentCertificate } from './export-development-certificate.ts';
import { type TrustInstruction, quoted } from './trust-instructions.ts';

const dateOf = (date: Date): string => date.toISOString().slice(0, 10);

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

const rows = (pairs: readonly (readonly [string, string])[]): string =>
  lines(pairs.map(([name, value]) => `  ${name.padEnd(12)} ${value}`));

const answer = (known: boolean | undefined): string => (known === undefined ? 'unknown' : known ? 'yes' : 'no');

/** What the certificate is. */
export const describeCertificate = (certificate: DevelopmentCertificate): string =>
  rows([
    ['names', certificate.names.join(', ')],
    ['valid until', dateOf(certificate.validTo)],
    ['file', `${certificate.path} (with its private key)`],
    ['authority', certificate.authorityPath],
  ]);

/** Who trusts it. */
export const describeTrust = ({ system, node }: DevelopmentCertificateTrust): string =>
  rows([['trusted by', `the system: ${answer(system)}, this Node.js: ${answer(node)}`]]);

/** How to trust it. */
export const describeTrustInstructions = (instructions: readonly TrustInstruction[]): string =>
  instructions.map(({ who, trust, note }) => section(who, trust, note)).join('');

/** How to take the trust back, where something stays behind. */
export const describeUndoing = (instructions: readonly TrustInstruction[]): string =>
  instructions
    .filter(({ undo }) => undo.length > 0)
    .map(({ who, undo }) => section(who, undo))
    .join('');

const section = (who: string, commands: readonly string[], note?: string): string =>
  lines(['', who, ...commands.map((command) => `  ${command}`), ...(note === undefined ? [] : [`  (${note})`])]);

/** Where the copies are, and how to make a PFX file of them. */
export const describeExport = (exported: ExportedDevelopmentCertificate): string =>
  rows([
    ['certificate', exported.certificatePath],
    ['key', `${exported.keyPath} (for your eyes only)`],
    ['authority', exported.authorityPath],
  ]) + section('As one PFX file', [pfxCommand(exported)]);

const pfxCommand = ({ certificatePath, keyPath, authorityPath }: ExportedDevelopmentCertificate): string =>
  `openssl pkcs12 -export -in ${quoted(certificatePath)} -inkey ${quoted(keyPath)} -certfile ${quoted(authorityPath)} -out localhost.pfx`;
