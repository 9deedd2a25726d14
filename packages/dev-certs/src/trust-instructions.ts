import type { DevelopmentCertificate } from './development-certificate.ts';
import { type TrustSystem, currentTrustSystem } from './trust-system.ts';

/** Shell commands with which one kind of client trusts the authority. */
export interface TrustInstruction {
  /** The clients that trust the authority afterwards. */
  readonly who: string;
  readonly trust: readonly string[];
  /** Commands that undo the trust, even after the files were removed. Empty if the trust is not stored. */
  readonly undo: readonly string[];
  /** More advice. */
  readonly note?: string;
}

/** The authority to trust. */
export type TrustedAuthority = Pick<DevelopmentCertificate, 'authorityPath' | 'authorityName'>;

/**
 * The commands that trust the development certificate on a system. They are not run: the owner of a machine decides
 * which authorities it trusts.
 */
export const trustInstructions = (
  authority: TrustedAuthority,
  system: TrustSystem = currentTrustSystem(),
): readonly TrustInstruction[] => [
  ...bySystem[system].flatMap((instructions) => instructions(authority)),
  nodeJs(authority, system),
  curl(authority, system),
];

type Instructions = (authority: TrustedAuthority) => TrustInstruction;

/** A text as one argument of a POSIX shell. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** A file name cannot have a double quote on Windows. */
const quotedForWindows = (text: string): string => `"${text}"`;

const anchor = 'windhover-development-authority';

const anchorFile =
  (who: string, file: string, update: string): Instructions =>
  ({ authorityPath }) => ({
    who,
    trust: [`sudo cp ${quoted(authorityPath)} ${file}`, update],
    undo: [`sudo rm ${file}`, update],
  });

const debian = anchorFile(
  'Debian, Ubuntu',
  `/usr/local/share/ca-certificates/${anchor}.crt`,
  'sudo update-ca-certificates',
);

const fedora = anchorFile(
  'Fedora, Red Hat',
  `/etc/pki/ca-trust/source/anchors/${anchor}.pem`,
  'sudo update-ca-trust extract',
);

const arch = anchorFile(
  'Arch Linux',
  `/etc/ca-certificates/trust-source/anchors/${anchor}.crt`,
  'sudo update-ca-trust extract',
);

const nssCommands = (database: string, { authorityPath, authorityName }: TrustedAuthority) => ({
  trust: [`certutil -d ${database} -A -t C,, -n ${quoted(authorityName)} -i ${quoted(authorityPath)}`],
  undo: [`certutil -d ${database} -D -n ${quoted(authorityName)}`],
});

const chromiumOnLinux: Instructions = (authority) => {
  const { trust, undo } = nssCommands('"sql:$HOME/.pki/nssdb"', authority);
  return {
    who: 'Chromium and Chrome on Linux',
    // A user who has never started the browser has no such folder, and certutil makes none.
    trust: ['mkdir -p "$HOME/.pki/nssdb"', ...trust],
    undo,
    note: 'certutil is in libnss3-tools (Debian), nss-tools (Fedora) or nss (Arch). Restart the browser afterwards.',
  };
};

const firefoxOnLinux: Instructions = (authority) => ({
  who: 'Firefox on Linux',
  ...nssCommands('"sql:$(echo ~/.mozilla/firefox/*.default-release)"', authority),
  note: 'Or in its settings: Certificates, View Certificates, Authorities, Import.',
});

const firefoxElsewhere: Instructions = () => ({
  who: 'Firefox',
  trust: [],
  undo: [],
  note: 'It trusts what the system trusts, from version 120 on, unless its settings say otherwise.',
});

const keychain = '"$HOME/Library/Keychains/login.keychain-db"';

const macos: Instructions = ({ authorityPath, authorityName }) => ({
  who: 'macOS: Safari, Chrome, curl',
  trust: [`security add-trusted-cert -r trustRoot -p ssl -k ${keychain} ${quoted(authorityPath)}`],
  undo: [`security delete-certificate -t -c ${quoted(authorityName)} ${keychain}`],
});

const windows: Instructions = ({ authorityPath, authorityName }) => ({
  who: 'Windows: Edge, Chrome, curl',
  trust: [`certutil -user -addstore Root ${quotedForWindows(authorityPath)}`],
  undo: [`certutil -user -delstore Root ${quotedForWindows(authorityName)}`],
});

const browsersOnLinux = [chromiumOnLinux, firefoxOnLinux] as const;

const bySystem: Readonly<Record<TrustSystem, readonly Instructions[]>> = {
  debian: [debian, ...browsersOnLinux],
  fedora: [fedora, ...browsersOnLinux],
  arch: [arch, ...browsersOnLinux],
  linux: [debian, fedora, arch, ...browsersOnLinux],
  macos: [macos, firefoxElsewhere],
  windows: [windows, firefoxElsewhere],
  other: [],
};

const nodeJs = ({ authorityPath }: TrustedAuthority, system: TrustSystem): TrustInstruction => ({
  who: 'Node.js as a client',
  trust: [
    system === 'windows'
      ? `$env:NODE_EXTRA_CA_CERTS = '${authorityPath.replaceAll("'", "''")}'`
      : `export NODE_EXTRA_CA_CERTS=${quoted(authorityPath)}`,
  ],
  undo: [],
  note: 'Or node --use-system-ca, once the system trusts it.',
});

const curl = ({ authorityPath }: TrustedAuthority, system: TrustSystem): TrustInstruction => ({
  who: 'curl, without trusting it elsewhere',
  trust: [
    `curl --cacert ${system === 'windows' ? quotedForWindows(authorityPath) : quoted(authorityPath)} https://localhost:5001`,
  ],
  undo: [],
});
