import { SocketTransport, SystemdError, type SystemdEnvironment, systemdEndpoints } from '@windhover/transport-sockets';
import { afterEach, describe, expect, it } from 'vitest';

const pid = 4711;
const handed = (LISTEN_FDS?: string, LISTEN_FDNAMES?: string, LISTEN_PID?: string): SystemdEnvironment => ({
  LISTEN_PID: LISTEN_PID ?? String(pid),
  LISTEN_FDS,
  LISTEN_FDNAMES,
});

const codeOf = (environment: SystemdEnvironment): string => {
  try {
    return JSON.stringify(systemdEndpoints(environment, pid));
  } catch (error) {
    return error instanceof SystemdError ? error.code : String(error);
  }
};

describe('sd_listen_fds_with_names(3)', () => {
  it.each<[string, SystemdEnvironment, readonly string[]]>([
    ['no variables', {}, []],
    ['no LISTEN_PID', { LISTEN_FDS: '1' }, []],
    ['no LISTEN_FDS', handed(), []],
    ['another process', handed('1', 'web', '4712'), []],
    ['another process, whatever the rest is', handed('x', '', '1'), []],
    ['no descriptors', handed('0'), []],
    ['no descriptors, an empty list of names', handed('0', ''), []],
    ['no names', handed('2'), ['unknown', 'unknown']],
    ['one name', handed('1', 'web'), ['web']],
    ['two names', handed('2', 'web:admin'), ['web', 'admin']],
    ['the same name twice', handed('2', 'web:web'), ['web', 'web']],
    ['an empty name', handed('3', 'web::'), ['web', '', '']],
    ['one empty name', handed('1', ''), ['']],
    ['a name of 255 characters', handed('1', 'x'.repeat(255)), ['x'.repeat(255)]],
  ])('%s', (_, environment, names) => {
    const expected = names.map((name, index) => ({ name, endpoint: { kind: 'handle', fd: 3 + index } }));
    expect(systemdEndpoints(environment, pid)).toEqual(expected);
  });

  it.each(['', ' ', 'x', '-1', '+4711', ' 4711', '4711 ', '04711', '4711.0', '0x1267', '1e3', '2147483648', '4711\n'])(
    'LISTEN_PID %j: TRANSPORT_SYSTEMD_LISTEN_PID_INVALID',
    (value) => expect(codeOf(handed('1', 'web', value))).toBe('TRANSPORT_SYSTEMD_LISTEN_PID_INVALID'),
  );

  it.each(['', ' ', 'x', '-1', '+1', ' 1', '1 ', '01', '1.0', '0x1', '1e1', '65537', '99999999999999999999', '1\n'])(
    'LISTEN_FDS %j: TRANSPORT_SYSTEMD_LISTEN_FDS_INVALID',
    (value) => expect(codeOf(handed(value))).toBe('TRANSPORT_SYSTEMD_LISTEN_FDS_INVALID'),
  );

  it.each([
    ['2', 'web'],
    ['1', 'web:admin'],
    ['2', ''],
    ['2', 'web:admin:'],
    ['1', 'we\nb'],
    ['1', 'wéb'],
    ['1', 'x'.repeat(256)],
  ])('%s descriptors named %j: TRANSPORT_SYSTEMD_LISTEN_FDNAMES_INVALID', (count, names) =>
    expect(codeOf(handed(count, names))).toBe('TRANSPORT_SYSTEMD_LISTEN_FDNAMES_INVALID'),
  );

  it('says which variable is wrong and does not repeat what is in it', () => {
    expect(() => systemdEndpoints(handed('many\u001b[2J'), pid)).toThrow(
      /^LISTEN_FDS is not a number of descriptors\. It must be an integer from 0 to 65536; correct the program that starts/,
    );
    expect(() => systemdEndpoints(handed('2', 'web'), pid)).toThrow('There are 2 descriptors and 1 names');
  });

  it('reads the environment of this process by default', () => {
    expect(systemdEndpoints()).toEqual([]);
  });
});

describe('the variables of socket activation', () => {
  const names = ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES'];
  afterEach(() => {
    for (const name of names) delete process.env[name];
  });

  it('are gone from the environment once a descriptor is bound, and the transport still knows the sockets', async () => {
    Object.assign(process.env, { LISTEN_PID: String(process.pid), LISTEN_FDS: '1', LISTEN_FDNAMES: 'web' });
    const transport = new SocketTransport();
    const endpoints = transport.inheritedEndpoints();
    expect(endpoints).toEqual([{ name: 'web', endpoint: { kind: 'handle', fd: 3 } }]);
    await expect(transport.bind({ kind: 'handle', fd: 2 ** 30 }, () => {})).rejects.toMatchObject({
      code: 'TRANSPORT_DESCRIPTOR_INVALID',
    });
    expect(names.map((name) => process.env[name])).toEqual([undefined, undefined, undefined]);
    expect(transport.inheritedEndpoints()).toBe(endpoints);
  });
});
