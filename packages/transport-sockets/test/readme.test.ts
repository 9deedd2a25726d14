import { transportErrors } from '@windhover/connections';
import { acceptErrors, socketTransportDefaults, systemdErrors } from '@windhover/transport-sockets';
import { describe, expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';

const readme = new Readme(import.meta.url);

describe('README', () => {
  it('shows the example that is in the package, and what it prints', async () => {
    await expect(readme.expectExample('examples/echo.ts')).resolves.toBeUndefined();
  });

  it('lists every option with its default', () => {
    const rows = readme.plainTableUnder('Options').map(([name, value]) => [name, value]);
    const defaults = Object.entries(socketTransportDefaults).map(([name, value]) => [name, String(value)]);
    expect(rows).toEqual(expect.arrayContaining(defaults));
    const others = rows.map(([name]) => name).filter((name) => !Object.hasOwn(socketTransportDefaults, name!));
    expect(others).toEqual(['unixMode', 'onAcceptError', 'onAcceptRecovered']);
  });

  it.each([
    ['AcceptError', 'When nothing can be accepted', acceptErrors],
    ['TransportError', 'Errors', transportErrors],
    ['SystemdError', 'Socket activation', systemdErrors],
  ])('lists every code of a %s', (_, heading, errors) => {
    const codes = readme.plainTableUnder(heading).map(([code]) => code);
    expect(codes).toEqual(Object.keys(errors));
  });
});
