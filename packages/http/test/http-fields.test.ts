import { describe, expect, it } from 'vitest';
import { importAgain } from '../../../tools/test-support/module-loading.ts';
import { fc } from '../../../tools/test-support/property.ts';
import type * as fieldNames from '../src/field-name.ts';
import { fieldName } from '../src/field-name.ts';
import type * as httpFields from '../src/http-fields.ts';
import { FieldRole, FieldSection, joinFieldValues } from '../src/index.ts';

const section = (...lines: [name: string, value: string][]): FieldSection => {
  const fields = new FieldSection();
  for (const [name, value] of lines) fields.append(name, value);
  return fields;
};

const refused = (code: string): unknown => expect.objectContaining({ name: 'HttpError', code });

describe('FieldSection', () => {
  it('lines() has names and values of all lines in order, as a copy', () => {
    const fields = new FieldSection();
    expect(fields.lines()).toEqual([]);
    fields.append('X-A', '1');
    fields.append('x-a', '2');
    fields.append('b', '3');
    fields.lines().push('c', '4');
    expect(fields.lines()).toEqual(['X-A', '1', 'x-a', '2', 'b', '3']);
  });

  it('empty: no fields, and nothing on the wire', () => {
    const fields = new FieldSection();
    expect([fields.size, fields.has('a'), fields.get('a'), fields.getAll('a'), fields.delete('a')]).toEqual([
      0,
      false,
      undefined,
      [],
      false,
    ]);
    expect([...fields]).toEqual([]);
    expect(fields.toWire()).toBe('');
    expect(fields.roles).toBe(0);
  });

  it('names are compared without case, and keep the spelling they came with', () => {
    const fields = section(['X-Mixed-Case', '1']);
    for (const name of ['x-mixed-case', 'X-MIXED-CASE', 'X-Mixed-Case']) {
      expect(fields.get(name)).toBe('1');
      expect(fields.getAll(name)).toEqual(['1']);
      expect(fields.has(name)).toBe(true);
    }
    expect([...fields]).toEqual([['X-Mixed-Case', '1']]);
  });

  it('an underscore is not a hyphen, a prefix is not the name', () => {
    const fields = section(['a-b', '1']);
    expect([fields.has('a_b'), fields.has('a-'), fields.has('a-bc')]).toEqual([false, false, false]);
  });

  it('lines stay in order', () => {
    const fields = section(['b', '1'], ['a', '2'], ['B', '3']);
    expect([...fields]).toEqual([
      ['b', '1'],
      ['a', '2'],
      ['B', '3'],
    ]);
    expect(fields.size).toBe(3);
    expect(fields.toWire()).toBe('b: 1\r\na: 2\r\nB: 3\r\n');
  });

  describe('get', () => {
    it.each([
      ['one line', [['a', '1']], '1'],
      [
        'several lines: joined by a comma (RFC 9110 5.3)',
        [
          ['a', '1'],
          ['A', '2'],
          ['a', '3'],
        ],
        '1, 2, 3',
      ],
      [
        'an empty line among them',
        [
          ['a', ''],
          ['a', '2'],
        ],
        ', 2',
      ],
      ['an empty value', [['a', '']], ''],
    ] as [string, [string, string][], string][])('%s', (_rule, lines, value) => {
      expect(section(...lines).get('A')).toBe(value);
    });

    it('Cookie lines: joined by a semicolon (RFC 6265 5.4)', () => {
      expect(section(['Cookie', 'a=1'], ['cookie', 'b=2']).get('COOKIE')).toBe('a=1; b=2');
      expect(joinFieldValues('cookie', ['a', 'b'])).toBe('a; b');
      expect(joinFieldValues('accept', ['a', 'b'])).toBe('a, b');
      expect(joinFieldValues('accept', [])).toBe('');
    });
  });

  describe('set', () => {
    it('replaces every line of that name, at the place of the first, with the new spelling', () => {
      const fields = section(['a', '1'], ['b', '2'], ['A', '3'], ['c', '4'], ['a', '5']);
      fields.set('A', 'new');
      expect([...fields]).toEqual([
        ['A', 'new'],
        ['b', '2'],
        ['c', '4'],
      ]);
    });

    it('adds a line at the end if the field does not exist', () => {
      const fields = section(['a', '1']);
      fields.set('b', '2');
      expect(fields.toWire()).toBe('a: 1\r\nb: 2\r\n');
    });

    it('a number is written in decimal', () => {
      const fields = new FieldSection();
      fields.set('content-length', 42);
      fields.append('x', 7);
      expect(fields.toWire()).toBe('content-length: 42\r\nx: 7\r\n');
    });

    it('an array adds one line per member at the end', () => {
      const fields = section(['a', '1'], ['b', '2']);
      fields.set('A', ['x', 'y']);
      expect([...fields]).toEqual([
        ['b', '2'],
        ['A', 'x'],
        ['A', 'y'],
      ]);
    });

    it('an empty array removes the name', () => {
      const fields = section(['content-length', '1'], ['b', '2']);
      fields.set('Content-Length', []);
      expect([...fields]).toEqual([['b', '2']]);
      expect(fields.roles).toBe(0);
    });

    it('a bad member of an array: nothing changes', () => {
      const fields = section(['a', '1']);
      expect(() => fields.set('a', ['ok', 'b\r\nad'])).toThrow(refused('HTTP_FIELD_VALUE_INVALID'));
      expect([...fields]).toEqual([['a', '1']]);
    });

    it('a bad value: nothing changes', () => {
      const fields = section(['a', '1']);
      expect(() => fields.set('a', 'b\n')).toThrow(refused('HTTP_FIELD_VALUE_INVALID'));
      expect(() => fields.set('A b', 'c')).toThrow(refused('HTTP_FIELD_NAME_INVALID'));
      expect([...fields]).toEqual([['a', '1']]);
    });
  });

  it('append adds a line at the end, whatever exists', () => {
    const fields = section(['a', '1'], ['b', '2']);
    fields.append('A', '3');
    expect(fields.toWire()).toBe('a: 1\r\nb: 2\r\nA: 3\r\n');
  });

  it('delete removes every line of the name and says whether there was one', () => {
    const fields = section(['a', '1'], ['b', '2'], ['A', '3']);
    expect(fields.delete('A')).toBe(true);
    expect(fields.delete('A')).toBe(false);
    expect([...fields]).toEqual([['b', '2']]);
  });

  it('clear removes everything', () => {
    const fields = section(['a', '1'], ['date', 'x']);
    fields.clear();
    expect([fields.size, fields.roles, fields.toWire()]).toEqual([0, 0, '']);
    fields.append('b', '2');
    expect(fields.toWire()).toBe('b: 2\r\n');
  });

  it('writes a repeated value and another value unchanged', () => {
    const wire = ['1', '1', '1', '2', '1', '2', '2'].map((value) => section(['x-same', value]).toWire());
    expect(wire.join('')).toBe([1, 1, 1, 2, 1, 2, 2].map((value) => `x-same: ${value}\r\n`).join(''));
  });

  it('two spellings of one name do not share their field line', () => {
    expect(section(['x-one', '1']).toWire() + section(['X-One', '1']).toWire()).toBe('x-one: 1\r\nX-One: 1\r\n');
  });

  it('a value too long to be remembered is written in full', () => {
    const long = 'v'.repeat(5000);
    expect(section(['x-long', long]).toWire()).toBe(`x-long: ${long}\r\n`);
  });
});

describe('FieldSection.roles', () => {
  it.each([
    ['Content-Length', FieldRole.contentLength],
    ['TRANSFER-ENCODING', FieldRole.transferEncoding],
    ['connection', FieldRole.connection],
    ['Date', FieldRole.date],
    ['Server', FieldRole.server],
    ['content-type', 0],
    ['constructor', 0],
    ['__proto__', 0],
  ])('%s: %i, set, appended or received', (name, role) => {
    const set = new FieldSection();
    set.set(name, '1');
    expect([set.roles, section([name, '1']).roles, FieldSection.ofReceived([[name, '1']]).roles]).toEqual([
      role,
      role,
      role,
    ]);
  });

  it('are the union of all lines, and lose a bit only with the last line that has it', () => {
    const fields = section(['date', '1'], ['server', '2'], ['a', '3'], ['connection', 'close']);
    expect(fields.roles).toBe(FieldRole.date | FieldRole.server | FieldRole.connection);
    fields.delete('a');
    expect(fields.roles).toBe(FieldRole.date | FieldRole.server | FieldRole.connection);
    fields.delete('DATE');
    expect(fields.roles).toBe(FieldRole.server | FieldRole.connection);
    fields.set('connection', ['upgrade', 'keep-alive']);
    expect(fields.roles).toBe(FieldRole.server | FieldRole.connection);
    fields.set('connection', []);
    expect(fields.roles).toBe(FieldRole.server);
  });
});

describe('FieldSection guard', () => {
  const guarded = (): { fields: FieldSection; asked: (string | undefined)[]; lock: () => void } => {
    const asked: (string | undefined)[] = [];
    let isLocked = false;
    const fields = new FieldSection({
      beforeChange: (name) => {
        if (isLocked) throw new RangeError('locked');
        asked.push(name);
      },
    });
    return { fields, asked, lock: () => void (isLocked = true) };
  };

  it('is called before each change, with the name as passed', () => {
    const { fields, asked } = guarded();
    fields.set('A', '1');
    fields.append('b', '2');
    fields.delete('B');
    fields.clear();
    expect(asked).toEqual(['A', 'b', 'B', undefined]);
  });

  it('that throws keeps the section unchanged', () => {
    const { fields, lock } = guarded();
    fields.set('a', '1');
    lock();
    for (const change of [
      () => fields.set('a', '2'),
      () => fields.set('a', ['2']),
      () => fields.set('a', 2),
      () => fields.append('a', '2'),
      () => fields.delete('a'),
      () => fields.delete('none'),
      () => fields.clear(),
    ]) {
      expect(change).toThrow(RangeError);
    }
    expect([...fields]).toEqual([['a', '1']]);
  });

  it('is not asked to read', () => {
    const { fields, lock } = guarded();
    fields.set('a', '1');
    lock();
    expect([fields.get('a'), fields.getAll('a'), fields.has('a'), fields.size, fields.toWire()]).toEqual([
      '1',
      ['1'],
      true,
      1,
      'a: 1\r\n',
    ]);
  });
});

describe('RFC 9110 5.1 field names', () => {
  const isTchar = (code: number): boolean => /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(code));
  const codes = Array.from({ length: 256 }, (_, code) => code);

  it('a name of every tchar: taken', () => {
    const name = codes
      .filter(isTchar)
      .map((code) => String.fromCharCode(code))
      .join('');
    expect(name).toHaveLength(77);
    expect(section([name, 'v']).toWire()).toBe(`${name}: v\r\n`);
  });

  it.each(codes.filter((code) => !isTchar(code)))('byte %i, alone or anywhere in it: refused', (code) => {
    const character = String.fromCharCode(code);
    for (const name of [character, `${character}a`, `a${character}`, `a${character}b`]) {
      const fields = new FieldSection();
      expect(() => fields.set(name, 'v')).toThrow(refused('HTTP_FIELD_NAME_INVALID'));
      expect(() => fields.set(name, ['v'])).toThrow(refused('HTTP_FIELD_NAME_INVALID'));
      expect(() => fields.append(name, 'v')).toThrow(refused('HTTP_FIELD_NAME_INVALID'));
      expect(fields.size).toBe(0);
    }
  });

  it.each(['', '\u0100', '\u0161', '\u212a', '\u2028', '\ud83d\ude00', 'a\u010a'])('%j: refused', (name) => {
    expect(() => section([name, 'v'])).toThrow(refused('HTTP_FIELD_NAME_INVALID'));
  });
});

describe('RFC 9110 5.5 field values', () => {
  const codes = Array.from({ length: 256 }, (_, code) => code);
  const isAllowed = (code: number): boolean => code === 9 || (code >= 0x20 && code !== 0x7f);

  it('every character that may stand inside: taken, as latin1', () => {
    const inside = codes
      .filter(isAllowed)
      .map((code) => String.fromCharCode(code))
      .join('');
    expect(section(['a', `x${inside}x`]).toWire()).toBe(`a: x${inside}x\r\n`);
  });

  it.each(codes.filter((code) => !isAllowed(code)))('byte %i, alone or anywhere in it: refused', (code) => {
    const character = String.fromCharCode(code);
    for (const value of [character, `${character}a`, `a${character}`, `a${character}b`]) {
      const fields = new FieldSection();
      expect(() => fields.set('a', value)).toThrow(refused('HTTP_FIELD_VALUE_INVALID'));
      expect(() => fields.set('a', [value])).toThrow(refused('HTTP_FIELD_VALUE_INVALID'));
      expect(() => fields.append('a', value)).toThrow(refused('HTTP_FIELD_VALUE_INVALID'));
      expect(fields.size).toBe(0);
    }
  });

  it.each([[undefined], [null], [true], [{}], [['a', undefined]], [new Map()]])(
    'a value that is not text, %j: refused, and the message names the field',
    (value) => {
      const fields = section(['x-a', '1']);
      const refusal = expect.objectContaining({
        code: 'HTTP_FIELD_VALUE_INVALID',
        message: expect.stringContaining('x-a must be a string, a number or an array of strings; received') as string,
      }) as unknown;
      expect(() => fields.set('x-a', value as never)).toThrow(refusal);
      expect(() => fields.append('x-a', value as never)).toThrow(refusal);
      expect([...fields]).toEqual([['x-a', '1']]);
    },
  );

  it.each([' a', 'a ', '\ta', 'a\t', ' ', '\t'])('a blank at an end, %j: refused', (value) => {
    expect(() => section(['a', value])).toThrow(refused('HTTP_FIELD_VALUE_INVALID'));
  });

  it.each(['\u0100', 'a\u0161', '\u010d\u010a', '\u560d\u560a', '\u2028', '\ud83d\ude00', '\ud83d'])(
    'above U+00FF, %j: refused',
    (value) => {
      expect(() => section(['a', value])).toThrow(refused('HTTP_FIELD_VALUE_INVALID'));
    },
  );

  it('the message names the field and keeps the value to itself', () => {
    expect(() => section(['x-secret', 'hunter2\0'])).toThrow(/x-secret$/);
  });

  it('no text adds another line: CRLF occurs only at the end of a line', () => {
    const text = fc.string({ unit: fc.constantFrom('\r', '\n', '\0', ' ', ':', 'a', '\u010a', '\u2028', '\xff') });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 4 }), (lines) => {
        const fields = new FieldSection();
        for (const [name, value] of lines) appendIfValid(fields, name, value);
        const wire = fields.toWire();
        expect(wire.split(/\r|\n/)).toHaveLength(fields.size * 2 + 1);
        expect(wire).not.toMatch(/[^\t\r\n\x20-\x7e\x80-\xff]/);
      }),
      { numRuns: 2000 },
    );
  });
});

const appendIfValid = (fields: FieldSection, name: string, value: string): void => {
  try {
    fields.append(name, value);
  } catch (error) {
    if (!/^HTTP_FIELD_(?:NAME|VALUE)_INVALID$/.test((error as { code: string }).code)) throw error;
  }
};

describe('FieldSection.ofReceived', () => {
  it('keeps received lines unchanged, as checked by the decoder', () => {
    const fields = FieldSection.ofReceived([
      ['Host', 'a'],
      ['X-a', '1'],
      ['x-A', '2'],
    ]);
    expect(fields.get('x-a')).toBe('1, 2');
    expect(fields.toWire()).toBe('Host: a\r\nX-a: 1\r\nx-A: 2\r\n');
  });

  it('can be changed like any other', () => {
    const fields = FieldSection.ofReceived([['Host', 'a']]);
    fields.set('host', 'b');
    fields.append('c', 'd');
    expect(fields.toWire()).toBe('host: b\r\nc: d\r\n');
  });
});

/** The modules with an empty cache: other tests of this process have filled theirs. */
const fresh = async () => {
  const [names, fields] = await importAgain<[typeof fieldNames, typeof httpFields]>(
    new URL('../src/field-name.ts', import.meta.url),
    new URL('../src/http-fields.ts', import.meta.url),
  );
  return { ...names, ...fields };
};

describe('the cache of names', () => {
  it('leaves out the names that a peer makes up', async () => {
    const { FieldSection, fieldName } = await fresh();
    const peer = Array.from({ length: 5000 }, (_, n): [string, string] => [`x-peer-${n}`, 'v']);
    expect(FieldSection.ofReceived(peer).size).toBe(5000);
    expect(fieldName('x-still-room')).toBe(fieldName('x-still-room'));
  });

  it('keeps the first thousand or so; later ones are as good', async () => {
    const { FieldSection, fieldName } = await fresh();
    for (let n = 0; n < 2000; n++) fieldName(`x-app-${n}`);
    expect(fieldName('x-app-0')).toBe(fieldName('x-app-0'));
    expect(fieldName('x-app-1999')).not.toBe(fieldName('x-app-1999'));
    const fields = new FieldSection();
    fields.append('x-app-1999', 'v');
    expect(fields.toWire()).toBe('x-app-1999: v\r\n');
    expect(() => fields.append('x-app-1999', 'v\n')).toThrow(refused('HTTP_FIELD_VALUE_INVALID'));
  });

  it('very long names are not kept', () => {
    const long = 'x'.repeat(65);
    expect(fieldName(long)).not.toBe(fieldName(long));
  });
});
