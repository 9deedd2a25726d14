import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { Child } from '../../../tools/test-support/child.ts';
import {
  type TrustSystem,
  createDevelopmentCertificate,
  developmentCertificateTrust,
  trustInstructions,
} from '../src/index.ts';
import { currentTrustSystem, trustSystemOf } from '../src/trust-system.ts';
import { TemporaryStore } from './support/temporary-store.ts';

const authority = { authorityPath: "/people/o'neil/my certs/authority.pem", authorityName: 'Development authority 1A' };
const quotedPath = "'/people/o'\\''neil/my certs/authority.pem'";

describe('instructions', () => {
  it.each<readonly [TrustSystem, readonly string[]]>([
    ['debian', ['Debian, Ubuntu', 'Chromium and Chrome on Linux', 'Firefox on Linux']],
    ['fedora', ['Fedora, Red Hat', 'Chromium and Chrome on Linux', 'Firefox on Linux']],
    ['arch', ['Arch Linux', 'Chromium and Chrome on Linux', 'Firefox on Linux']],
    ['linux', ['Debian, Ubuntu', 'Fedora, Red Hat', 'Arch Linux', 'Chromium and Chrome on Linux', 'Firefox on Linux']],
    ['macos', ['macOS: Safari, Chrome, curl', 'Firefox']],
    ['windows', ['Windows: Edge, Chrome, curl', 'Firefox']],
    ['other', []],
  ])('on %s', (system, who) => {
    const instructions = trustInstructions(authority, system);
    expect(instructions.map((each) => each.who)).toEqual([
      ...who,
      'Node.js as a client',
      'curl, without trusting it elsewhere',
    ]);
    expect(instructions.every(({ trust, note }) => trust.length > 0 || note !== undefined)).toBe(true);
  });

  it.skipIf(process.platform === 'win32').each<TrustSystem>(['linux', 'macos'])(
    'on %s a shell reads paths as they are, whatever is in them',
    (system) => {
      const commands = trustInstructions(authority, system).flatMap(({ trust }) => trust);
      const withPath = commands.filter((command) => command.includes('neil'));
      expect(withPath.length).toBeGreaterThan(2);
      for (const command of withPath) {
        expect(command).toContain(quotedPath);
        const words = execFileSync('sh', ['-c', `set -- ${command}; printf '%s\\n' "$@"`], { encoding: 'utf8' });
        expect(words).toContain(`${authority.authorityPath}\n`);
      }
    },
  );

  it('on Windows, PowerShell does', () => {
    const [, , nodeJs] = trustInstructions({ ...authority, authorityPath: "C:\\o'neil\\authority.pem" }, 'windows');
    expect(nodeJs?.trust).toEqual(["$env:NODE_EXTRA_CA_CERTS = 'C:\\o''neil\\authority.pem'"]);
  });

  it('trust that is stored can be undone without the file', () => {
    for (const system of ['linux', 'macos', 'windows'] as const) {
      for (const { who, trust, undo } of trustInstructions(authority, system)) {
        const stays = trust.some((command) => /sudo|certutil|security/.test(command));
        expect({ who, stays: undo.length > 0 }).toEqual({ who, stays });
        expect(undo.join()).not.toContain('neil');
      }
    }
  });
});

describe('the system', () => {
  it.each([
    ['debian', 'ID=debian\nVERSION_ID="12"'],
    ['debian', 'NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"'],
    ['fedora', 'ID_LIKE="rhel centos fedora"\nID="rocky"'],
    ['arch', "ID=manjaro\nID_LIKE='arch'"],
    ['linux', 'ID=alpine'],
    ['linux', ''],
  ])('%s: %j', (system, release) => {
    expect(trustSystemOf(release)).toBe(system);
  });

  it.each([
    ['darwin', 'macos'],
    ['win32', 'windows'],
    ['openbsd', 'other'],
  ] as const)('%s is %s', (platform, system) => {
    expect(currentTrustSystem(platform)).toBe(system);
  });
});

const asking = `
  const { developmentCertificateTrust } = await import('${new URL('../src/index.ts', import.meta.url).href}');
  const { node, system } = await developmentCertificateTrust({ authorityPath: process.argv[1] });
  console.log('trust', node, system);
`;

describe('developmentCertificateTrust', () => {
  it('a new certificate: not trusted', async () => {
    const { certificate } = await createDevelopmentCertificate(new TemporaryStore());
    expect(await developmentCertificateTrust(certificate)).toEqual({ node: false, system: false });
  });

  it.each([
    ['a Node.js that was started with NODE_EXTRA_CA_CERTS', 'NODE_EXTRA_CA_CERTS', 'trust true false'] as const,
    ...(process.platform === 'linux'
      ? [['the system that has it in its file', 'SSL_CERT_FILE', 'trust false true']]
      : []),
  ])('%s', async (_who, variable, answer) => {
    const { certificate } = await createDevelopmentCertificate(new TemporaryStore());
    const { authorityPath } = certificate;
    const env = { [variable]: authorityPath };
    await using child = new Child(['--input-type=module', '--eval', asking, authorityPath], { env });
    expect((await child.waitFor(/trust .*/))[0]).toBe(answer);
  });

  it('an authority that cannot be read: undefined', async () => {
    const authorityPath = new TemporaryStore().path('authority.pem');
    expect(await developmentCertificateTrust({ authorityPath })).toEqual({ node: undefined, system: undefined });
  });
});
