import { type Endpoint, TransportError } from '@windhover/connections';
import { SocketTransport, connectSocket, namedPipePath } from '@windhover/transport-sockets';
import { describe, expect, it } from 'vitest';

const codeOf = (name: string): string => {
  try {
    return namedPipePath(name);
  } catch (error) {
    return error instanceof TransportError ? error.code : String(error);
  }
};

const prefix = String.raw`\\.\pipe`;

describe('the path of a Windows named pipe', () => {
  it.each(['windhover', 'My App 1.0', 'a/b', 'pipe', 'größe', '..', 'x'.repeat(247)])('%j', (name) => {
    expect(codeOf(name)).toBe(`${prefix}\\${name}`);
  });

  it.each(['', '\\', 'a\\b', String.raw`\\.\pipe\app`, 'a\0b'])('%j: TRANSPORT_ENDPOINT_NOT_SUPPORTED', (name) => {
    expect(codeOf(name)).toBe('TRANSPORT_ENDPOINT_NOT_SUPPORTED');
  });

  it('more than 256 characters in all: TRANSPORT_PATH_TOO_LONG', () => {
    expect(codeOf('x'.repeat(248))).toBe('TRANSPORT_PATH_TOO_LONG');
    expect(() => namedPipePath('x'.repeat(248))).toThrow('The name has 248 characters and Windows allows 247');
  });
});

describe.skipIf(process.platform === 'win32')('a named pipe where there are none', () => {
  const endpoint: Endpoint = { kind: 'pipe', name: 'windhover' };

  it('cannot be bound: TRANSPORT_ENDPOINT_NOT_SUPPORTED', async () => {
    const transport = new SocketTransport();
    expect(transport.canBind(endpoint)).toBe(false);
    const bound = transport.bind(endpoint, () => undefined);
    await expect(bound).rejects.toMatchObject({ code: 'TRANSPORT_ENDPOINT_NOT_SUPPORTED' });
    await expect(bound).rejects.toThrow('on Windows on named pipes; elsewhere on unix sockets');
  });

  it('cannot be connected to: TypeError, and no file of that name is asked', async () => {
    await expect(connectSocket(endpoint)).rejects.toThrow(TypeError);
  });
});
