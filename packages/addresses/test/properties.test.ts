import { cpuTimeOf } from '../../../tools/test-support/cpu-time.ts';
import { fc } from '../../../tools/test-support/property.ts';
import { isIPv4, isIPv6 } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  AddressError,
  type BindingAddress,
  bindingTarget,
  formatBindingAddress,
  parseBindingAddress,
  parseBindingAddresses,
  publishedAddress,
} from '../src/index.ts';

const runs = { numRuns: 2000 };

/** The result of the function; `undefined` if it throws an AddressError, whose properties are checked. */
const attempt = <T>(work: () => T): T | undefined => {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    expect(error.position).toBeGreaterThanOrEqual(0);
    expect(error.position).toBeLessThanOrEqual(error.text.length);
    if (error.suggestion !== undefined) bindingTarget(parseBindingAddress(error.suggestion));
    return undefined;
  }
};

const octets = fc.ipV4();
const label = fc.stringMatching(/^[A-Za-z]([A-Za-z0-9_-]{0,10}[A-Za-z0-9_])?$/);
const name = fc
  .array(label, { minLength: 1, maxLength: 5 })
  .map((labels) => labels.join('.'))
  .filter((text) => !/^(?:unix|pipe)$/i.test(text));
const bracketed = fc.ipV6().map((text) => `[${text}]`);
const linkLocal = fc
  .tuple(fc.integer({ min: 1, max: 0xff_ff }), label)
  .map(([n, zone]) => `[fe80::${n.toString(16)}%${zone}]`);
const host = fc.oneof(octets, name, bracketed, linkLocal, fc.constantFrom('*', '+', 'localhost', 'a.localhost'));
const scheme = fc.constantFrom('http', 'https', 'HTTP', 'ftp', 'a+b.c-1');
const pathBase = fc.oneof(fc.constant(''), fc.stringMatching(/^\/[!-~]{0,8}$/));
const path = fc.stringMatching(/^[!-9;-~ ö€]{0,20}[!-.0-9;-~]$/);

/** Every address that parsing can give. */
const address: fc.Arbitrary<BindingAddress> = fc.oneof(
  fc.record({ scheme, host, port: fc.nat(65_535), pathBase }),
  fc.record({
    scheme,
    host: fc.constant(''),
    port: fc.constant(0),
    pathBase,
    unixPath: path.map((text) => `/${text}`),
  }),
  fc.record({
    scheme,
    host: fc.constant(''),
    port: fc.constant(0),
    pathBase,
    unixPath: path.map((text) => `\0${text}`),
  }),
  fc.record({ scheme, host: fc.constant(''), port: fc.constant(0), pathBase, pipeName: path }),
);

/** Strings that come close to addresses, and others. */
const pieces = [
  ['http', 'https', '://', ':', '/', ';', '[', ']', '::', '1', '127.0.0.1', '.', '%', '@', '*', '+', '-', ' ', '\n'],
  ['localhost', 'unix', 'pipe', 'unix:/', 'pipe:/', '80', '65536', '0x1', 'a', 'é', '\0', '\ud800', '?', '#', 'fe80'],
];
const piece = fc.constantFrom(...pieces.flat());
const nearly = fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join(''));
/** Any code point, without the table of all of them that `fc.string({ unit: 'binary' })` builds in a second or two. */
const codePoint = fc
  .oneof(fc.nat(0xd7_ff), fc.integer({ min: 0xe0_00, max: 0x10_ff_ff }))
  .map((code) => String.fromCodePoint(code));
const typed = fc.oneof(
  nearly,
  nearly.map((rest) => `http://${rest}`),
  fc.string({ unit: codePoint }),
  fc.string({ unit: 'grapheme' }).map((rest) => `http://${rest}`),
  fc
    .tuple(address.map(formatBindingAddress), fc.nat(40), piece)
    .map(([text, at, extra]) => text.slice(0, at) + extra + text.slice(at)),
);

describe('formatting is the inverse of parsing', () => {
  it('parsing a formatted address gives the same address', () => {
    fc.assert(
      fc.property(address, (given) => {
        expect(parseBindingAddress(formatBindingAddress(given))).toStrictEqual({ ...given });
      }),
      runs,
    );
  });

  it('a formatted address parses to the same address and formats to itself', () => {
    fc.assert(
      fc.property(typed, (text) => {
        const parsed = attempt(() => parseBindingAddress(text));
        if (parsed === undefined) return;
        const canonical = formatBindingAddress(parsed);
        expect(parseBindingAddress(canonical)).toStrictEqual(parsed);
        expect(formatBindingAddress(parseBindingAddress(canonical))).toBe(canonical);
      }),
      runs,
    );
  });

  it('a published address resolves to its target', () => {
    fc.assert(
      fc.property(address, (given) => {
        const target = attempt(() => bindingTarget(given));
        if (target === undefined) return;
        const again = bindingTarget(parseBindingAddress(publishedAddress(given.scheme, target)));
        expect(again).toStrictEqual(target.kind === 'any' ? { kind: 'ip', address: '::', port: target.port } : target);
      }),
      runs,
    );
  });
});

describe('only AddressError is thrown', () => {
  it('for any text', () => {
    fc.assert(
      fc.property(typed, (text) => {
        const parsed = attempt(() => parseBindingAddress(text));
        expect(parsed === undefined || formatBindingAddress(parsed).includes('://')).toBe(true);
        if (parsed !== undefined) attempt(() => bindingTarget(parsed));
      }),
      runs,
    );
  });

  it('for any list, the items are those of the list split at its semicolons', () => {
    fc.assert(
      fc.property(fc.array(typed, { maxLength: 3 }), (items) => {
        const list = items.join(';');
        const parsed = attempt(() => parseBindingAddresses(list));
        if (parsed === undefined) return;
        const cut = list.split(';').map((item) => item.trim());
        expect(parsed).toStrictEqual(cut.filter((item) => item !== '').map((item) => parseBindingAddress(item)));
      }),
      runs,
    );
  });

  it.each(['/', 'http://', 'http:', ' ', ':', '[', '1.', 'a.', '-', ';', 'http://unix:', 'http://*:80;', '\0'])(
    'for 100,000 characters of %j: a fraction of a second',
    (text) => {
      const many = text.repeat(1e5 / text.length);
      const time = cpuTimeOf(() => {
        for (const long of [many, `http://${many}x`, `http://unix:/${many}x/`]) {
          attempt(() => parseBindingAddress(long));
          attempt(() => parseBindingAddresses(long));
        }
      });
      // Quadratic work would take many seconds.
      expect(time).toBeLessThan(1000);
    },
  );
});

describe('only a wildcard or a name listens on every interface', () => {
  it('the host is a wildcard or a name of plain labels', () => {
    fc.assert(
      fc.property(typed, (text) => {
        const target = attempt(() => bindingTarget(parseBindingAddress(text)));
        if (target?.kind !== 'any') return;
        expect(text).toMatch(/^https?:\/\/(?:[*+]|[\w-]+(?:\.[\w-]+)*)(?::\d+)?\/?$/i);
      }),
      runs,
    );
  });
});

describe('IP addresses', () => {
  const part = fc.constantFrom('0', '1', '00', '255', '256', '.', 'x', '-1', '1.1', '0x1', '127');
  const almostIPv4 = fc.oneof(
    octets,
    fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.')),
  );

  it('an IPv4 host is valid for the system, and other numbers are refused', () => {
    fc.assert(
      fc.property(almostIPv4, (text) => {
        const target = attempt(() => bindingTarget(parseBindingAddress(`http://${text}`)));
        const unicast = isIPv4(text) && !/^(?:22[4-9]|23\d|255\.255\.255\.255)/.test(text);
        const expected = unicast ? { kind: 'ip', address: text, port: 80 } : undefined;
        // Whatever else is bound is no IP address, and has a letter to show that it was not meant to be one.
        if (/[a-z]/i.test(text) && target?.kind === 'any') return;
        expect(target).toStrictEqual(expected);
      }),
      runs,
    );
  });

  const group = fc.constantFrom('0', '1', 'ffff', '00ab', 'fe80', 'AB', '12345', 'g', '', '1.2.3.4', '1.2.3');
  const almostIPv6 = fc.oneof(
    fc.ipV6(),
    fc.array(fc.oneof(group, fc.constantFrom('', '0', '1')), { maxLength: 10 }).map((groups) => groups.join(':')),
  );

  it('an IPv6 host is valid for the system', () => {
    fc.assert(
      fc.property(almostIPv6, (text) => {
        expect(attempt(() => parseBindingAddress(`http://[${text}]`)) !== undefined).toBe(isIPv6(text));
      }),
      { numRuns: 10_000 },
    );
  });

  it('the address of the target is the canonical text of RFC 5952, as in a URL', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV6(), almostIPv6), (text) => {
        const target = attempt(() => bindingTarget(parseBindingAddress(`http://[${text}]`)));
        if (target?.kind !== 'ip') return;
        expect(`[${target.address}]`).toBe(new URL(`http://[${text}]`).hostname);
      }),
      { numRuns: 10_000 },
    );
  });
});
