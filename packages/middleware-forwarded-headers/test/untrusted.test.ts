import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { fc } from '../../../tools/test-support/property.ts';
import { describe, expect, it } from 'vitest';
import { type ForwardedName, forwardedHeaders } from '../src/index.ts';
import { type FieldLines, contextOf, ip, seenOf, stranger, viewOf } from './support/proxied.ts';

const names = ['For', 'Proto', 'Host', 'Prefix'].flatMap((name) => [`X-Forwarded-${name}`, `X-Original-${name}`]);

/** Characters allowed in a value, SP to `~` and obs-text: protocols refuse others. */
const visible = Array.from({ length: 0x100 - 0x20 }, (_, at) => String.fromCharCode(0x20 + at)).filter(
  (char) => char !== '\u007f',
);

/** Text that is likely to be accepted somewhere, and text that is likely to cause harm. */
const piece = fc.oneof(
  fc.constantFrom('127.0.0.1', '::1', '[::1]:80', 'unknown', '_x', 'https', 'a.test', '/app', 'unix', 'for', 'proto'),
  fc.constantFrom(',', ';', '=', '"', '\\', ' ', '\t', ':', '[', ']', '%', 'for=127.0.0.1', 'for="[::1]";proto=https'),
  fc.string({ unit: fc.constantFrom(...visible), maxLength: 5 }),
);
const value = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('').replaceAll(/^[ \t]+|[ \t]+$/g, ''));
const lines: fc.Arbitrary<FieldLines> = fc.array(fc.tuple(fc.constantFrom('Forwarded', ...names), value), {
  maxLength: 8,
});
const options = fc.record({
  format: fc.constantFrom('x-forwarded', 'forwarded'),
  forwardLimit: fc.integer({ min: 1, max: 100 }),
  requireHeaderSymmetry: fc.boolean(),
  trustedProxies: fc.constantFrom(['loopback'], ['loopback', 'private', 'unix', 'pipe', 'memory', '::/0']),
  allowedHosts: fc.constant(['*']),
});
const headersOf = (format: string): ForwardedName[] =>
  format === 'forwarded' ? ['for', 'proto', 'host'] : ['for', 'proto', 'host', 'prefix'];

describe('a client that is not trusted', () => {
  it('changes nothing with any fields', () => {
    fc.assert(
      fc.property(lines, options, (sent, given) => {
        const context = contextOf(sent, stranger);
        const before = { ...viewOf(context), fields: [...context.request.headers] };
        const { revision } = context.features;
        void forwardedHeaders({ ...given, headers: headersOf(given.format) })(context, () => undefined);
        expect({ ...viewOf(context), fields: [...context.request.headers] }).toEqual(before);
        expect(context.features.revision).toBe(revision);
      }),
    );
  });

  it('changes nothing through a proxy that replaces its fields', () => {
    fc.assert(
      fc.property(lines, options, (sent, given) => {
        const others = sent.filter(([name]) => name !== 'X-Forwarded-For' && name !== 'X-Forwarded-Proto');
        const set: FieldLines = [
          ['X-Forwarded-For', '203.0.113.7'],
          ['X-Forwarded-Proto', 'https'],
        ];
        const seen = seenOf([...others, ...set], { ...given, format: 'x-forwarded' });
        expect(seen).toMatchObject({ remote: ip('203.0.113.7'), scheme: 'https', host: 'inner', pathBase: '' });
      }),
    );
  });

  it.each([
    ['x-forwarded', 'X-Forwarded-For', '203.0.113.7'],
    ['forwarded', 'Forwarded', 'for=203.0.113.7;proto=http'],
    ['forwarded', 'Forwarded', 'proto=http;for="203.0.113.7:0";by="a,\\"b"'],
  ] as const)('%s: is who it is through a proxy that appends %s: %s', (format, field, entry) => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 4 }), fc.boolean(), options, (sent, isOwnLine, given) => {
        const made = sent.map((each) => [field, each] as const);
        const appended: FieldLines = isOwnLine ? [[field, entry]] : [[field, `${sent.at(-1) ?? ''}, ${entry}`]];
        const seen = seenOf([...made.slice(0, isOwnLine ? undefined : -1), ...appended], {
          ...given,
          format,
          headers: ['for'],
          requireHeaderSymmetry: false,
        });
        expect(seen).toMatchObject({ remote: ip('203.0.113.7'), ignored: [] });
      }),
    );
  });
});

describe('any peer', () => {
  it('gets an answer, and the fields of the request stay single lines', () => {
    fc.assert(
      fc.property(lines, options, (sent, given) => {
        const { fields, scheme, pathBase } = seenOf(sent, { ...given, headers: headersOf(given.format) });
        expect(['http', 'https']).toContain(scheme);
        expect(pathBase).toMatch(/^(?:\/[^/]+)*$/);
        expect(Object.values(fields).join('')).not.toMatch(/[\r\n\0]/);
      }),
    );
  });
});

describe('elements that are well-formed', () => {
  const token = fc.stringMatching(/^[!#$%&'*+.^_`|~\w-]{1,6}$/);
  const quoted = fc
    .array(fc.oneof(fc.constantFrom('\\"', '\\\\', ',', ';', ' ', '='), token), { maxLength: 6 })
    .map((parts) => `"${parts.join('')}"`);
  const element = fc
    .tuple(fc.integer({ min: 1, max: 255 }), fc.oneof(token, quoted))
    .map(([octet, extension]) => [`127.0.0.${octet}`, `ext=${extension};for=127.0.0.${octet}`] as const);

  it('are read one by one from the right', () => {
    fc.assert(
      fc.property(fc.array(element, { minLength: 1, maxLength: 6 }), fc.nat({ max: 5 }), (elements, extra) => {
        const forwardLimit = 1 + (extra % elements.length);
        const value = elements.map(([, text]) => text).join(',');
        const seen = seenOf([['Forwarded', value]], { format: 'forwarded', headers: ['for'], forwardLimit });
        expect(seen.remote).toEqual(ip(elements.at(-forwardLimit)![0]));
        expect(seen.fields['forwarded'] ?? '').toBe(
          elements
            .slice(0, -forwardLimit)
            .map(([, text]) => text)
            .join(','),
        );
      }),
    );
  });
});

it('an async onIgnored that rejects is an error of the application, and the request is served', async () => {
  const middleware = forwardedHeaders({ onIgnored: () => Promise.reject(new Error('no log')) });
  const http = MemoryHttp.of([middleware], () => 'served');
  expect((await http.get('/', 'X-Forwarded-For: 192.0.2.1\r\n')).content).toBe('served');
  expect(http.applicationErrors).toEqual([expect.objectContaining({ message: 'no log' })]);
});
