import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkDevelopmentCertificate, developmentCertificate } from '../src/index.ts';
import { type StoreFolderContext, storeFolder } from '../src/store-folder.ts';

const home = (): string => '/people/ann';
const windowsHome = (): string => 'C:\\People\\Ann';
const noHome = (): string => {
  throw new Error('no such user');
};

describe('the folder of a user', () => {
  it.each<readonly [string, StoreFolderContext, string]>([
    ['Linux', { platform: 'linux', home }, '/people/ann/.local/share/windhover/dev-certs'],
    ['a BSD', { platform: 'freebsd', home }, '/people/ann/.local/share/windhover/dev-certs'],
    [
      'XDG_DATA_HOME',
      { platform: 'linux', home, environment: { XDG_DATA_HOME: '/data' } },
      '/data/windhover/dev-certs',
    ],
    [
      'a relative XDG_DATA_HOME, which does not count',
      { platform: 'linux', home, environment: { XDG_DATA_HOME: 'data' } },
      '/people/ann/.local/share/windhover/dev-certs',
    ],
    ['macOS', { platform: 'darwin', home }, '/people/ann/Library/Application Support/windhover/dev-certs'],
    [
      'Windows',
      { platform: 'win32', home: noHome, environment: { LOCALAPPDATA: 'C:\\People\\Ann\\Data' } },
      'C:\\People\\Ann\\Data\\windhover\\dev-certs',
    ],
    [
      'Windows without LOCALAPPDATA',
      { platform: 'win32', home: windowsHome },
      'C:\\People\\Ann\\AppData\\Local\\windhover\\dev-certs',
    ],
    ['WINDHOVER_DEV_CERTS', { home, environment: { WINDHOVER_DEV_CERTS: 'certs' } }, resolve('certs')],
    [
      'an empty WINDHOVER_DEV_CERTS, which does not count',
      { platform: 'linux', home, environment: { WINDHOVER_DEV_CERTS: '' } },
      '/people/ann/.local/share/windhover/dev-certs',
    ],
  ])('%s', (_case, context, folder) => {
    expect(storeFolder({ environment: {}, ...context })).toBe(folder);
  });

  it.each([noHome, () => ''])('a user without a home: DEV_CERTS_FOLDER_UNKNOWN', (none) => {
    const context = { environment: {}, platform: 'linux', home: none } as const;
    expect(() => storeFolder(context)).toThrow(expect.objectContaining({ code: 'DEV_CERTS_FOLDER_UNKNOWN' }));
  });

  it('is used when no other folder is given', ({ onTestFinished }) => {
    const before = process.env['WINDHOVER_DEV_CERTS'];
    process.env['WINDHOVER_DEV_CERTS'] = resolve('no', 'such', 'folder');
    onTestFinished(() => {
      if (before === undefined) delete process.env['WINDHOVER_DEV_CERTS'];
      else process.env['WINDHOVER_DEV_CERTS'] = before;
    });
    expect(developmentCertificate()).toBeUndefined();
    const [problem] = checkDevelopmentCertificate().problems;
    expect(problem?.message).toContain(resolve('no', 'such', 'folder', 'localhost.pem'));
  });
});
