import { describe, expect, it } from 'vitest';
import {
  type BindingTarget,
  type BoundDetails,
  bindingTarget,
  parseBindingAddress,
  publishedAddress,
} from '../src/index.ts';

describe('the address that a server publishes', () => {
  it.each<[text: string, scheme: string, target: BindingTarget, bound?: BoundDetails]>([
    ['http://localhost:5000', 'http', { kind: 'localhost', host: 'localhost', port: 5000 }],
    ['http://localhost:5000', 'HTTP', { kind: 'localhost', host: 'localhost', port: 0 }, { port: 5000 }],
    ['http://A.dev.localhost:80', 'http', { kind: 'localhost', host: 'A.dev.localhost', port: 80 }],
    ['http://[::]:80', 'http', { kind: 'any', port: 80 }],
    ['https://0.0.0.0:443', 'https', { kind: 'any', port: 443 }, { ipv4Only: true }],
    ['http://127.0.0.1:49152', 'http', { kind: 'ip', address: '127.0.0.1', port: 0 }, { port: 49_152 }],
    ['http://[fe80::1%eth0]:80', 'http', { kind: 'ip', address: 'fe80::1%eth0', port: 80 }],
    ['http://unix:/run/app.sock', 'http', { kind: 'unix', path: '/run/app.sock' }],
    ['https://unix:@app', 'https', { kind: 'unix', path: '\0app' }],
    ['http://pipe:/app', 'http', { kind: 'pipe', name: 'app' }],
  ])('%s', (text, scheme, target, bound) => {
    expect(publishedAddress(scheme, target, bound)).toBe(text);
    expect(publishedAddress(scheme, bindingTarget(parseBindingAddress(text)), bound)).toBe(text);
  });
});
