import { describe, expect, it } from 'vitest';
import {
  AddressError,
  type BindingAddress,
  type BindingTarget,
  bindingTarget,
  parseBindingAddress,
} from '../src/index.ts';

const any: BindingTarget = { kind: 'any', port: 80 };
const ip = (address: string): BindingTarget => ({ kind: 'ip', address, port: 80 });
const localhost = (host: string): BindingTarget => ({ kind: 'localhost', host, port: 80 });

describe('what a server listens on', () => {
  it.each<[text: string, target: BindingTarget]>([
    // localhost and names below it
    ['http://localhost', localhost('localhost')],
    ['HTTP://LOCALHOST', localhost('localhost')],
    ['http://a.Dev.LocalHost', localhost('a.Dev.localhost')],
    ['http://*.localhost', localhost('*.localhost')],
    ['https://localhost:0', { kind: 'localhost', host: 'localhost', port: 0 }],
    // names that only look similar
    ['http://xlocalhost', any],
    ['http://localhost.example', any],
    // one address
    ['http://127.0.0.1', ip('127.0.0.1')],
    ['http://0.0.0.0', ip('0.0.0.0')],
    ['http://[::]', ip('::')],
    ['http://[0:0:0:0:0:0:0:0]', ip('::')],
    ['http://[0::1]', ip('::1')],
    ['http://[::1%lo]', ip('::1')],
    ['http://[2001:DB8:0:0:1:0:0:1]', ip('2001:db8::1:0:0:1')],
    ['http://[2001:db8:0:1:1:1:1:1]', ip('2001:db8:0:1:1:1:1:1')],
    ['http://[64:ff9b::192.0.2.33]', ip('64:ff9b::c000:221')],
    ['http://[FE80:0::1%eth0]', ip('fe80::1%eth0')],
    ['http://[fe80::1%25]', ip('fe80::1%25')],
    ['http://[febf::1%2]', ip('febf::1%2')],
    // every interface
    ['http://*', any],
    ['http://+', any],
    ['http://www.example.com', any],
    // sockets and pipes
    ['http://unix:/run/app.sock', { kind: 'unix', path: '/run/app.sock' }],
    ['https://unix:@app', { kind: 'unix', path: '\0app' }],
    ['http://pipe:/app', { kind: 'pipe', name: 'app' }],
  ])('%s', (text, target) => {
    expect(bindingTarget(parseBindingAddress(text))).toStrictEqual(target);
  });
});

describe('an address object that was not made by the parser is checked', () => {
  const base = { scheme: 'http', host: 'localhost', port: 80, pathBase: '' };
  it.each<[name: string, address: BindingAddress, code: string]>([
    ['host with a port', { ...base, host: '127.0.0.1:81' }, 'ADDRESS_PORT_INVALID'],
    ['host that is no dotted quad', { ...base, host: '127.1' }, 'ADDRESS_IPV4_INVALID'],
    ['IPv6 without brackets', { ...base, host: '2001:db8::1' }, 'ADDRESS_IPV6_BRACKETS'],
    ['no host', { ...base, host: '' }, 'ADDRESS_HOST_MISSING'],
    ['host with a path', { ...base, host: 'a/b' }, 'ADDRESS_PATH_BASE'],
    ['port out of range', { ...base, port: 70_000 }, 'ADDRESS_PORT_RANGE'],
    ['negative port', { ...base, port: -1 }, 'ADDRESS_PORT_INVALID'],
    ['no number', { ...base, port: Number.NaN }, 'ADDRESS_PORT_INVALID'],
    ['path base without slash', { ...base, pathBase: 'x' }, 'ADDRESS_PORT_INVALID'],
    ['relative unix path', { ...base, host: '', unixPath: 'app.sock' }, 'ADDRESS_PATH_RELATIVE'],
    ['unix path with a colon', { ...base, host: '', unixPath: '/a:' }, 'ADDRESS_PATH_COLON'],
    ['abstract name spelt with @', { ...base, host: '', unixPath: '@app' }, 'ADDRESS_PATH_RELATIVE'],
    ['pipe name with a colon', { ...base, host: '', pipeName: 'a:' }, 'ADDRESS_PATH_COLON'],
  ])('%s: %o', (_name, address, code) => {
    expect(() => bindingTarget(address)).toThrow(AddressError);
    expect(() => bindingTarget(address)).toThrow(expect.objectContaining({ code }));
  });
});
