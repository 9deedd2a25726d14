import { X509Certificate } from 'node:crypto';
import { checkDevelopmentCertificate } from './check-development-certificate.ts';
import { cleanDevelopmentCertificates } from './clean-development-certificates.ts';
import { type DevCertsCommandLine, DevCertsUsageError, helpText, parseCommandLine } from './command-line.ts';
import {
  describeCertificate,
  describeExport,
  describeTrust,
  describeTrustInstructions,
  describeUndoing,
} from './command-output.ts';
import { createDevelopmentCertificate } from './create-development-certificate.ts';
import { developmentCertificateTrust } from './development-certificate-trust.ts';
import { DevCertsError } from './errors.ts';
import { exportDevelopmentCertificate } from './export-development-certificate.ts';
import type { DevCertsOptions } from './options.ts';
import { commonNameOf } from './names.ts';
import { readSmallFile } from './read-file.ts';
import { storeOf } from './store.ts';
import { type TrustedAuthority, trustInstructions } from './trust-instructions.ts';

/** Output of the command. */
export interface DevCertsCommandIo {
  stdout(text: string): void;
  stderr(text: string): void;
}

/** Exit codes of the command. */
export const devCertsExitCodes = {
  done: 0,
  /** An error, or `--check` found no certificate that can be used. */
  failed: 1,
  /** The command line is not valid. */
  usage: 2,
} as const;

/**
 * The command `windhover dev-certs`.
 *
 * @param args arguments after `dev-certs`
 * @returns the exit code; errors are written to stderr as one sentence
 * Source: `dotnet dev-certs https`
 */
export const devCertsCommand = async (
  args: readonly string[],
  io: DevCertsCommandIo,
  options: DevCertsOptions = {},
): Promise<number> => {
  try {
    return await execute(parseCommandLine(args), io, options);
  } catch (error) {
    if (error instanceof DevCertsUsageError) {
      io.stderr(`windhover dev-certs: ${error.message}. See windhover dev-certs --help.\n`);
      return devCertsExitCodes.usage;
    }
    if (!(error instanceof DevCertsError)) throw error;
    io.stderr(`windhover dev-certs: ${described(error)}\n`);
    return devCertsExitCodes.failed;
  }
};

const execute = async (
  commandLine: DevCertsCommandLine,
  io: DevCertsCommandIo,
  options: DevCertsOptions,
): Promise<number> => {
  switch (commandLine.action) {
    case 'help':
      io.stdout(helpText);
      return devCertsExitCodes.done;
    case 'check':
      return check(io, options);
    case 'clean':
      return clean(io, options);
    case 'create':
      return create(commandLine, io, options);
    case 'export':
      return exportTo(commandLine, io, options);
  }
};

/** The message with its code, and the code of the system's error if there is one. */
const described = ({ message, code, cause }: DevCertsError): string => {
  const systemCode = (cause as Partial<NodeJS.ErrnoException> | undefined)?.code;
  return `${message} (${[code, systemCode].filter((part) => part !== undefined).join(', ')})`;
};

const check = async (io: DevCertsCommandIo, options: DevCertsOptions): Promise<number> => {
  const { certificate, problems } = checkDevelopmentCertificate(options);
  for (const problem of problems) io.stderr(`windhover dev-certs: ${described(problem)}\n`);
  if (certificate === undefined) return devCertsExitCodes.failed;
  io.stdout('There is a development certificate.\n');
  io.stdout(describeCertificate(certificate));
  io.stdout(describeTrust(await developmentCertificateTrust(certificate)));
  return devCertsExitCodes.done;
};

const clean = (io: DevCertsCommandIo, options: DevCertsOptions): number => {
  const authority = publishedAuthority(options);
  const removed = cleanDevelopmentCertificates(options);
  io.stdout(removed.length === 0 ? 'There was nothing to remove.\n' : 'Removed:\n');
  for (const file of removed) io.stdout(`  ${file}\n`);
  if (authority !== undefined) {
    io.stdout(`\nWhere you have trusted "${authority.authorityName}", undo that:\n`);
    io.stdout(describeUndoing(trustInstructions(authority)));
  }
  return devCertsExitCodes.done;
};

/** The authority that clients may trust, also when its certificate is missing or broken; `undefined` when there is none. */
const publishedAuthority = (options: DevCertsOptions): TrustedAuthority | undefined => {
  const { authority } = storeOf(options);
  try {
    const { subject } = new X509Certificate(readSmallFile(authority));
    return { authorityPath: authority, authorityName: commonNameOf(subject) };
  } catch {
    return undefined;
  }
};

const create = async (
  { names, renew }: { readonly names: readonly string[]; readonly renew: boolean },
  io: DevCertsCommandIo,
  options: DevCertsOptions,
): Promise<number> => {
  const earlier = publishedAuthority(options);
  const { certificate, created, authorityCreated } = await createDevelopmentCertificate({ ...options, names, renew });
  io.stdout(created ? 'Made a development certificate.\n' : 'The development certificate is good.\n');
  io.stdout(describeCertificate(certificate));
  const trust = await developmentCertificateTrust(certificate);
  io.stdout(describeTrust(trust));
  if (authorityCreated && earlier !== undefined)
    io.stdout(`\nThe authority is new. Clients that trust "${earlier.authorityName}" have to trust this one.\n`);
  if (trust.system !== true) {
    io.stdout('\nTo trust it, run the commands for the clients that you use:\n');
    io.stdout(describeTrustInstructions(trustInstructions(certificate)));
  }
  return devCertsExitCodes.done;
};

const exportTo = async (
  { names, renew, folder }: { readonly names: readonly string[]; readonly renew: boolean; readonly folder: string },
  io: DevCertsCommandIo,
  options: DevCertsOptions,
): Promise<number> => {
  await createDevelopmentCertificate({ ...options, names, renew });
  const exported = exportDevelopmentCertificate(folder, options);
  io.stdout('Copied the development certificate.\n');
  io.stdout(describeExport(exported));
  return devCertsExitCodes.done;
};
