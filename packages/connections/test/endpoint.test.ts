import { type Endpoint, formatEndpoint } from '@windhover/connections';
import { describe, expect, it } from 'vitest';

const rows: readonly (readonly [string, Endpoint])[] = [
  ['127.0.0.1:5000', { kind: 'ip', address: '127.0.0.1', port: 5000 }],
  ['[::1]:5000', { kind: 'ip', address: '::1', port: 5000 }],
  ['[fe80::1%eth0]:80', { kind: 'ip', address: 'fe80::1%eth0', port: 80 }],
  ['0.0.0.0:0', { kind: 'ip', address: '0.0.0.0', port: 0, ipv6Only: false }],
  ['unix:/run/app.sock', { kind: 'unix', path: '/run/app.sock' }],
  ['unix:@app', { kind: 'unix', path: '\0app' }],
  ['unix:', { kind: 'unix', path: '' }],
  ['pipe:/app', { kind: 'pipe', name: 'app' }],
  ['<file handle 3>', { kind: 'handle', fd: 3 }],
  ['memory:test', { kind: 'memory', name: 'test' }],
  ['x-stdio', { kind: 'x-stdio', command: 'cat' }],
];

describe('formatEndpoint', () => {
  it.each(rows)('%s', (text, endpoint) => {
    expect(formatEndpoint(endpoint)).toBe(text);
  });
});
