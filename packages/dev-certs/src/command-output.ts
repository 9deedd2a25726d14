import type { DevelopmentCertificate } from './development-certificate.ts';
import type { DevelopmentCertificateTrust } from './development-certificate-trust.ts';
import type { ExportedDevelopmentCertificate } from './export-development-certificate.ts';
import { type TrustInstruction, quoted } from './trust-instructions.ts';

const dateOf = (date: Date): string => date.toISOString().slice(0, 10);

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

const rows = (pairs: readonly (readonly [string, string])[]): string =>
  lines(pairs.map(([name, value]) => `  ${name.padEnd(12)} ${value}`));

const answer = (known: boolean | undefined): string => (known === undefined ? 'unknown' : known ? 'yes' : 'no');

/** Names, validity and files of the certificate. */
export const describeCertificate = (certificate: DevelopmentCertificate): string =>
  rows([
    ['names', certificate.names.join(', ')],
    ['valid until', dateOf(certificate.validTo)],
    ['file', `${certificate.path} (with its private key)`],
    ['authority', certificate.authorityPath],
  ]);

/** Where it is trusted. */
export const describeTrust = ({ system, node }: DevelopmentCertificateTrust): string =>
  rows([['trusted by', `the system: ${answer(system)}, this Node.js: ${answer(node)}`]]);

/** Commands that trust it. */
export const describeTrustInstructions = (instructions: readonly TrustInstruction[]): string =>
  instructions.map(({ who, trust, note }) => section(who, trust, note)).join('');

/** Commands that undo the trust, for clients that keep it. */
export const describeUndoing = (instructions: readonly TrustInstruction[]): string =>
  instructions
    .filter(({ undo }) => undo.length > 0)
    .map(({ who, undo }) => section(who, undo))
    .join('');

const section = (who: string, commands: readonly string[], note?: string): string =>
  lines(['', who, ...commands.map((command) => `  ${command}`), ...(note === undefined ? [] : [`  (${note})`])]);

/** The paths of the copies, and the command that makes a PFX file of them. */
export const describeExport = (exported: ExportedDevelopmentCertificate): string =>
  rows([
    ['certificate', exported.certificatePath],
    ['key', `${exported.keyPath} (keep it secret)`],
    ['authority', exported.authorityPath],
  ]) + section('As one PFX file', [pfxCommand(exported)]);

const pfxCommand = ({ certificatePath, keyPath, authorityPath }: ExportedDevelopmentCertificate): string =>
  `openssl pkcs12 -export -in ${quoted(certificatePath)} -inkey ${quoted(keyPath)} -certfile ${quoted(authorityPath)} -out localhost.pfx`;
