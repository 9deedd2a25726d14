import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSettings } from '../../src/index.ts';
import { SettingsFolder } from './support/settings-folder.ts';

let folder: SettingsFolder;
beforeEach(() => {
  folder = new SettingsFolder();
});
afterEach(() => folder[Symbol.dispose]());

const problemOf = async (file: object, args: readonly string[] = []): Promise<string> => {
  folder.write('windhover.json', JSON.stringify(file));
  const code = { contentRoot: folder.path };
  const error: unknown = await loadSettings({ code, args, environment: {} }).catch((cause: unknown) => cause);
  return (error as Error).message;
};

describe('keys of other servers: the problem names the key to use', () => {
  it.each<[object, string, string]>([
    [{ Kestrel: { Endpoints: {} } }, 'Kestrel', 'server'],
    [{ kestrel: {} }, 'kestrel', 'server'],
    [{ threadCount: 4 }, 'threadCount', 'threads'],
    [{ server: { threadCount: 4 } }, 'server.threadCount', 'threads'],
    [{ workers: 2 }, 'workers', 'threads'],
    [{ port: 80 }, 'port', 'httpPorts'],
    [{ shutdownTimeoutSeconds: 5 }, 'shutdownTimeoutSeconds', 'shutdownTimeout'],
  ])('%j', async (file, key, own) => {
    expect(await problemOf(file)).toContain(`${key} is not a known key; the key with this meaning is ${own}.`);
  });

  it('an argument with colons, as ASP.NET Core has it', async () => {
    const args = ['--Kestrel:Limits:MaxRequestBodySize', '5'];
    expect(await problemOf({}, args)).toContain('Kestrel is not a known key; the key with this meaning is server.');
  });

  it('a misspelled key of this host has the advice for misspelled keys', async () => {
    expect(await problemOf({ thread: 2 })).toContain('did you mean threads?');
  });
});

describe('variables of ASP.NET Core: a warning names the variable to set', () => {
  it.each([
    ['ASPNETCORE_URLS', 'http://*:80', 'WINDHOVER_URLS'],
    ['ASPNETCORE_HTTP_PORTS', '8080', 'WINDHOVER_HTTP_PORTS'],
    ['ASPNETCORE_ENVIRONMENT', 'Development', 'WINDHOVER_ENVIRONMENT'],
    ['Kestrel__Limits__MaxRequestBodySize', '5', 'WINDHOVER_SERVER__Limits__MaxRequestBodySize'],
  ])('%s', async (name, value, own) => {
    const settings = await loadSettings({ code: { contentRoot: folder.path }, environment: { [name]: value } });
    expect(settings.plan(false)!.warnings).toEqual([`the environment variable ${name} is ignored; set ${own} instead`]);
  });

  it('without other settings in code, too', async () => {
    const settings = await loadSettings({ environment: { ASPNETCORE_URLS: 'http://*:80' } });
    expect(settings.plan(false)!.warnings).toHaveLength(1);
  });

  it('an empty variable causes none', async () => {
    const settings = await loadSettings({ environment: { ASPNETCORE_URLS: '', PORT: '80' } });
    expect(settings.plan(false)!.warnings).toEqual([]);
  });
});
