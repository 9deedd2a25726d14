import { describe, expect, it } from 'vitest';
import { type BindingAddress, parseBindingAddress } from '../src/index.ts';

const address = (parts: Partial<BindingAddress>): BindingAddress => ({
  scheme: 'http',
  host: '',
  port: 0,
  pathBase: '',
  ...parts,
});

describe('parts of an address', () => {
  it.each<[text: string, parts: Partial<BindingAddress>]>([
    // Kestrel's own golden rows
    ['http://+', { host: '+', port: 80 }],
    ['http://*', { host: '*', port: 80 }],
    ['http://localhost', { host: 'localhost', port: 80 }],
    ['http://www.example.com/', { host: 'www.example.com', port: 80 }],
    ['http://www.example.com/foo?bar=baz', { host: 'www.example.com', port: 80, pathBase: '/foo?bar=baz' }],
    ['https://www.example.com:5000', { scheme: 'https', host: 'www.example.com', port: 5000 }],
    ['http://[::1]:5000', { host: '[::1]', port: 5000 }],
    ['http://[fe80::1%eth0]:5000', { host: '[fe80::1%eth0]', port: 5000 }],
    // default ports
    ['https://*', { scheme: 'https', host: '*', port: 443 }],
    ['HTTPS://*', { scheme: 'HTTPS', host: '*', port: 443 }],
    ['ftp://*', { scheme: 'ftp', host: '*', port: 0 }],
    ['http://[::1]', { host: '[::1]', port: 80 }],
    // ports
    ['http://*:0', { host: '*', port: 0 }],
    ['http://*:00080', { host: '*', port: 80 }],
    ['http://*:65535', { host: '*', port: 65_535 }],
    // hosts
    ['http://localhost5000', { host: 'localhost5000', port: 80 }],
    ['http://4f2a9c1b7d3e', { host: '4f2a9c1b7d3e', port: 80 }],
    ['http://xn--bcher-kva.example', { host: 'xn--bcher-kva.example', port: 80 }],
    ['http://ip-10-0-0-1.internal', { host: 'ip-10-0-0-1.internal', port: 80 }],
    ['http://1.0.168.192.in-addr.arpa', { host: '1.0.168.192.in-addr.arpa', port: 80 }],
    ['http://unixhost', { host: 'unixhost', port: 80 }],
    [`http://${'a'.repeat(63)}.b`, { host: `${'a'.repeat(63)}.b`, port: 80 }],
    // 253 characters, as long as a name can be
    [`http://${'a.'.repeat(126)}a`, { host: `${'a.'.repeat(126)}a`, port: 80 }],
    ['http://*.localhost:5000', { host: '*.localhost', port: 5000 }],
    // path bases: one trailing slash is dropped
    ['http://localhost:5000/', { host: 'localhost', port: 5000 }],
    ['http://localhost:5000//', { host: 'localhost', port: 5000, pathBase: '/' }],
    ['http://localhost/base/', { host: 'localhost', port: 80, pathBase: '/base' }],
    ['http://localhost/a:b', { host: 'localhost', port: 80, pathBase: '/a:b' }],
    // unix sockets
    ['http://unix:/tmp/k.sock', { unixPath: '/tmp/k.sock' }],
    ['https://unix:/tmp/k.sock:/', { scheme: 'https', unixPath: '/tmp/k.sock' }],
    ['http://unix:/tmp/k.sock:', { unixPath: '/tmp/k.sock' }],
    ['http://unix:/tmp/k.sock:/base/', { unixPath: '/tmp/k.sock', pathBase: '/base' }],
    ['http://unix:/tmp/ö ?#%41.sock', { unixPath: '/tmp/ö ?#%41.sock' }],
    ['http://Unix:/tmp/k.sock', { unixPath: '/tmp/k.sock' }],
    // abstract sockets: NUL is typed as @, and only at the beginning
    ['http://unix:@app', { unixPath: '\0app' }],
    ['http://unix:@org/app:/base', { unixPath: '\0org/app', pathBase: '/base' }],
    ['http://unix:/@app', { unixPath: '/@app' }],
    // as long as can be: 107 bytes
    [`http://unix:/${'x'.repeat(106)}`, { unixPath: `/${'x'.repeat(106)}` }],
    [`http://unix:@${'x'.repeat(107)}`, { unixPath: `\0${'x'.repeat(107)}` }],
    // named pipes
    ['http://pipe:/LOCAL\\name', { pipeName: 'LOCAL\\name' }],
    ['http://pipe://tmp/x', { pipeName: '/tmp/x' }],
    ['http://pipe:/name:/base', { pipeName: 'name', pathBase: '/base' }],
  ])('%s', (text, parts) => {
    expect(parseBindingAddress(text)).toStrictEqual(address(parts));
  });
});
