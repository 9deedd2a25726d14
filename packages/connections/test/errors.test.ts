import { ConnectionError, TransportError, connectionErrors, transportErrors } from '@windhover/connections';
import { describe, expect, it } from 'vitest';

describe('TransportError', () => {
  it('says where, why and what to do, and keeps the cause', () => {
    const cause = new Error('EADDRINUSE');
    const error = new TransportError('TRANSPORT_ADDRESS_IN_USE', '127.0.0.1:80', { detail: 'Use another port', cause });
    expect(error.message).toBe('Cannot listen on 127.0.0.1:80: the address is already in use. Use another port');
    expect(error).toMatchObject({ name: 'TransportError', code: 'TRANSPORT_ADDRESS_IN_USE', cause });
  });

  it('has a sentence for each code', () => {
    for (const sentence of Object.values(transportErrors)) expect(sentence).toMatch(/^\w.{10,}\w$/);
  });
});

describe('ConnectionError', () => {
  it('has a message for each code, and takes another', () => {
    expect(new ConnectionError('CONNECTION_RESET').message).toBe(connectionErrors.CONNECTION_RESET);
    expect(new ConnectionError('CONNECTION_RESET', 'cut').message).toBe('cut');
    expect(new ConnectionError('CONNECTION_ABORTED')).toMatchObject({
      name: 'ConnectionError',
      code: 'CONNECTION_ABORTED',
    });
  });
});
