import { describe, expect, it } from 'vitest';
import { type ServerOptions, WindhoverServer } from '../src/index.ts';
import { FakeTransport } from './support/fake-transport.ts';

const needed = { transports: [new FakeTransport()], protocols: [] };

describe('options of a server from JavaScript without types', () => {
  it.each<[given: unknown, message: string]>([
    [undefined, 'WindhoverServer needs the option "transports"; received undefined.'],
    [{ transports: [] }, 'WindhoverServer needs the option "protocols"; received undefined.'],
    [
      { ...needed, transport: needed.transports[0] },
      'WindhoverServer has no option "transport"; use transports, an array.',
    ],
    [{ ...needed, protocol: 'h2' }, 'WindhoverServer has no option "protocol"; use protocols, an array.'],
    [
      { ...needed, addServerHeader: false },
      'WindhoverServer has no option "addServerHeader"; use serverHeader: null for none.',
    ],
    [{ ...needed, protocols: 'h2' }, 'WindhoverServer: protocols must be an array; received the string "h2".'],
    [
      { ...needed, rejectedConnections: 'refuse' },
      'WindhoverServer: rejectedConnections must be "close" or "answer"; received "refuse".',
    ],
    [{ ...needed, dateHeader: 'no' }, 'WindhoverServer: dateHeader must be true or false; received the string "no".'],
    ...['', ' a', 'a\r\nset-cookie: b', 'ä', false, 5].map((serverHeader): [unknown, string] => [
      { ...needed, serverHeader },
      'WindhoverServer: serverHeader must be text of visible ASCII characters, or null for none; received ',
    ]),
  ])('%j: %s', (given, message) => {
    expect(() => new WindhoverServer(given as ServerOptions)).toThrow(TypeError);
    expect(() => new WindhoverServer(given as ServerOptions)).toThrow(message);
  });

  it.each([null, 'shop', 'shop/1.0 (a\tb)', undefined])('serverHeader %j is accepted', (serverHeader) => {
    expect(() => new WindhoverServer({ ...needed, serverHeader } as ServerOptions)).not.toThrow();
  });
});
