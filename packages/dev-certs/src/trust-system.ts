import { readFileSync } from 'node:fs';

/** The kind of system, which decides how an authority is trusted. `linux` is a distribution that is not known. */
export type TrustSystem = 'debian' | 'fedora' | 'arch' | 'linux' | 'macos' | 'windows' | 'other';

/** Families of distributions by the names in `ID` and `ID_LIKE` of os-release(5). */
const families: Readonly<Record<string, TrustSystem>> = {
  debian: 'debian',
  ubuntu: 'debian',
  fedora: 'fedora',
  rhel: 'fedora',
  centos: 'fedora',
  arch: 'arch',
};

/** The system that this process runs on. */
export const currentTrustSystem = (platform: NodeJS.Platform = process.platform): TrustSystem => {
  if (platform === 'darwin') return 'macos';
  if (platform === 'win32') return 'windows';
  return platform === 'linux' ? trustSystemOf(osRelease()) : 'other';
};

/** @param release content of /etc/os-release */
export const trustSystemOf = (release: string): TrustSystem => {
  const fields = [...release.matchAll(/^(ID|ID_LIKE)=(.*)$/gm)].toSorted(([, one], [, other]) =>
    one! < other! ? -1 : 1,
  );
  const names = fields.flatMap(([, , value]) => value!.replaceAll(/["']/g, '').split(' '));
  return names.map((name) => families[name]).find((family) => family !== undefined) ?? 'linux';
};

const osRelease = (): string => {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
};
