import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  AddressError,
  type AddressErrorCode,
  type BindingAddress,
  bindingTarget,
  formatBindingAddress,
  parseBindingAddress,
  parseBindingAddresses,
  publishedAddress,
} from '../src/index.ts';

interface Parsed {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  readonly pathBase: string;
  readonly unix?: string;
}

/** One row: Kestrel's result for the text, and the expected result here. */
interface Row {
  readonly input: string;
  readonly expect: 'same' | 'refuse' | 'either' | 'better';
  readonly kestrel: {
    readonly parsed?: Parsed | { readonly error: string };
    readonly bound: { readonly addresses?: readonly string[]; readonly error?: readonly string[] };
  };
}

const { rows } = JSON.parse(readFileSync(new URL('addresses.json', import.meta.url), 'utf8')) as { rows: Row[] };
const rowsThat = (expected: Row['expect']): Row[] => rows.filter((row) => row.expect === expected);

/** Well-formed addresses that only the system, or the code that binds the list, can refuse. */
const decidedAtBindTime = new Set([
  'http://1.2.3.4:18081',
  'http://[fe80::1%lo]:18081',
  'http://[fe80::1%1]:18081',
  'http://[2001:db8::1]:18081',
  'http://unix:/run/app/no/such/dir.sock',
  'http://unix:/run/app',
  'http://127.0.0.1:18081;http://127.0.0.1:18081',
  'http://127.0.0.1:18081;http://0.0.0.0:18081',
  'http://localhost:18081;http://127.0.0.1:18081',
  'http://localhost:18081;http://[::1]:18081',
  'http://127.0.0.1:18081;https://127.0.0.1:18081',
  'http://*:18081;http://localhost:18081',
  'http://*:18081;http://+:18081',
]);

/** The choice made where several are allowed: the published addresses, or the code. */
const choices: Record<string, AddressErrorCode | readonly string[]> = {
  'http://localhost.:18081': 'ADDRESS_HOST_LABEL',
  'http://255.255.255.255:18081': 'ADDRESS_NOT_UNICAST',
  'http://[::ffff:127.0.0.1]:18081': 'ADDRESS_IPV4_MAPPED',
  'http://[::FFFF:7F00:1]:18081': 'ADDRESS_IPV4_MAPPED',
  'http://-host:18081': 'ADDRESS_HOST_LABEL',
  'http://*.example.com:18081': 'ADDRESS_HOST_CHARACTER',
  [`http://${'a'.repeat(300)}:18081`]: 'ADDRESS_HOST_TOO_LONG',
  'http://127.0.0.1: 18081': 'ADDRESS_PORT_INVALID',
  'HTTP://UNIX:/run/app/s.sock': ['http://unix:/run/app/s.sock'],
  'http://unix:///run/app/s.sock': ['http://unix:///run/app/s.sock'],
  'http://unix:18081': 'ADDRESS_HOST_RESERVED',
  'http://unix:@abstract': ['http://unix:@abstract'],
  'http://unix:/@abstract': ['http://unix:/@abstract'],
  'http://pipe': 'ADDRESS_HOST_RESERVED',
  'http://0.0.0.0:18081;http://[::]:18081': ['http://0.0.0.0:18081', 'http://[::]:18081'],
};

/** Kestrel's view of our parts: it keeps the socket in the host. */
const asKestrel = ({ unixPath, ...parts }: BindingAddress): Parsed =>
  unixPath === undefined ? parts : { ...parts, host: `unix:${unixPath}`, unix: unixPath };

/** The port that the system hands out in these tests where 0 was typed. */
const freePort = 49_152;

const published = (list: string): string[] =>
  parseBindingAddresses(list).map((address) =>
    publishedAddress(address.scheme, bindingTarget(address), { port: address.port || freePort }),
  );

/** The published addresses, or the code of the error. */
const outcome = (list: string): AddressErrorCode | string[] => {
  try {
    return published(list);
  } catch (error) {
    if (error instanceof AddressError) return error.code;
    throw error;
  }
};

describe('Kestrel conformance: same', () => {
  it.each(rowsThat('same').filter((row) => row.kestrel.parsed !== undefined && 'host' in row.kestrel.parsed))(
    'parses $input into the same parts',
    ({ input, kestrel }) => {
      expect(asKestrel(parseBindingAddress(input))).toEqual(kestrel.parsed);
    },
  );

  // Nothing typed gives an empty list, for which a host uses its default address.
  it.each(rowsThat('same').filter(({ input }) => input === '' || input === ';'))(
    'reads "$input" as no address',
    (row) => {
      expect(parseBindingAddresses(row.input)).toEqual([]);
    },
  );

  it.each(rowsThat('same').filter(({ input }) => input !== '' && input !== ';'))(
    'publishes the same addresses for $input',
    ({ input, kestrel }) => {
      expect(published(input)).toEqual(kestrel.bound.addresses!.map((text) => text.replace('PORT', `${freePort}`)));
    },
  );
});

describe('Kestrel conformance: refuse', () => {
  it.each(rowsThat('refuse').filter(({ input }) => !decidedAtBindTime.has(input)))('refuses $input', ({ input }) => {
    expect(outcome(input)).toBeTypeOf('string');
  });

  it.each([...decidedAtBindTime])('leaves %s to binding, with the address as typed', (input) => {
    expect(rows.find((row) => row.input === input)?.expect).toBe('refuse');
    expect(parseBindingAddresses(input).map((address) => formatBindingAddress(address))).toEqual(
      input.includes('unix') ? [input] : input.split(';'),
    );
    expect(published(input)).toEqual(input.replaceAll(/\*|\+/g, '[::]').split(';'));
  });
});

describe('Kestrel conformance: either', () => {
  it.each(rowsThat('either'))('decides on $input', ({ input }) => {
    expect(outcome(input)).toEqual(choices[input]);
  });

  it('covers every row', () => {
    expect(rows).toHaveLength(110);
    expect(rowsThat('better')).toEqual([]);
    expect(Object.keys(choices)).toHaveLength(rowsThat('either').length);
  });
});
