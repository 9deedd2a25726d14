import { subscribe } from '@windhover/diagnostics';
import { describe, expect, it } from 'vitest';
import { until } from '../../../tools/test-support/until.ts';
import { serve } from './support/served.ts';

describe('the diagnostics channel of the PROXY protocol', () => {
  it.each([
    ['a malformed header', 'GET / HTTP/1.1\r\n\r\n', '10.0.0.9', 'PROXY_PROTOCOL_SIGNATURE_INVALID'],
    ['a source that is not trusted', '', '192.0.2.1', 'PROXY_PROTOCOL_SOURCE_UNTRUSTED'],
  ])('%s is refused with its cause', async (_condition, bytes, address, code) => {
    const refused: [string, string][] = [];
    using _subscription = subscribe({
      'windhover:proxy-protocol:refused': ({ connection, error }) => void refused.push([connection.id, error.code]),
    });
    const { proxy, below } = serve({}, undefined, { kind: 'ip', address, port: 40_000 });
    if (bytes !== '') proxy.write(bytes);
    await until(() => refused.length === 1);
    expect(refused).toEqual([[below.id, code]]);
  });
});
