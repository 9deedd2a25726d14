import { type ConsoleLoggerOptions, type Logger, consoleLogger } from '@windhover/hosting';
import { usesColour } from '../src/logging/terminal-colour.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

let out: string[];
let err: string[];

beforeEach(() => {
  out = [];
  err = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void out.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void err.push(line));
});

afterEach(() => {
  vi.restoreAllMocks();
});

const logger = (options: ConsoleLoggerOptions = {}): Logger =>
  consoleLogger({ format: 'text', colour: false, ...options });

describe('consoleLogger as text', () => {
  it('writes info to stdout as it is, without details that it says itself', () => {
    logger().info({ address: 'http://localhost:5000' }, 'Now listening on: http://localhost:5000');
    expect([out, err]).toEqual([['Now listening on: http://localhost:5000'], []]);
  });

  it('writes warn and error to stderr, details behind the message', () => {
    logger().warn({ port: 80, path: '/a b', missing: undefined }, 'Look here');
    logger().error({}, 'Failed');
    expect([out, err]).toEqual([[], ['warn: Look here port=80 path="/a b"', 'error: Failed']]);
  });

  it('writes debug only when asked to', () => {
    logger().debug({}, 'hidden');
    logger({ level: 'debug' }).debug({ status: 400 }, 'shown');
    expect(out).toEqual(['debug: shown status=400']);
  });

  it.each<[options: object, message: string]>([
    [{ level: 'verbose' }, 'a log level must be one of debug, info, warn, error, silent; received "verbose"'],
    [
      { categories: { shop: 'trace' } },
      'a log level must be one of debug, info, warn, error, silent; received "trace"',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => consoleLogger(options)).toThrow(new RangeError(message));
  });

  it.each<[options: object, message: string]>([
    [{ levels: { shop: 'debug' } }, 'consoleLogger has no option "levels"; use categories.'],
    [{ format: 'JSON' }, 'consoleLogger: format must be "auto" or "text" or "json"; received "JSON".'],
    [{ color: false }, 'consoleLogger has no option "color"; use colour.'],
    [{ colour: 'no' }, 'consoleLogger: colour must be true or false; received the string "no".'],
  ])('refuses %j', (options, message) => {
    expect(() => consoleLogger(options)).toThrow(new TypeError(message));
  });

  it('writes objects without a prototype that are no JSON', () => {
    const ring: Record<string, unknown> = Object.create(null);
    ring['self'] = ring;
    logger().info({ ring }, 'Look here');
    logger({ format: 'json' }).info({ ring }, 'Look here');
    expect(out[0]).toBe('Look here ring=[object Object]');
    expect(JSON.parse(out[1]!)).toMatchObject({ ring: '[object Object]' });
  });

  it('keeps its levels when others are refused', () => {
    const kept = consoleLogger({ format: 'text', colour: false, level: 'warn' });
    expect(() => kept.changeLevels({ level: 'debug', categories: { shop: 'trace' as never } })).toThrow(RangeError);
    expect(kept.isLevelEnabled('info')).toBe(false);
  });

  it('lets no text break the line, colour the terminal or turn the direction', () => {
    logger().warn({ target: '/\u001b[2J\r\nerror: forged \u202e\u2028\u009b' }, 'a\nb\u0000\ud800');
    expect(err).toHaveLength(1);
    expect(err[0]).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    expect(err[0]).toContain('\\u001b[2J\\r\\nerror: forged \\u202e\\u2028\\u009b');
    expect(err[0]).toContain('a\\u000ab\\u0000\\ud800');
  });

  it('indents every line of an error and of its causes', () => {
    const cause = new RangeError('deep\nerror: forged');
    logger().error({ err: new Error('over\u001b[0m there', { cause }) }, 'Failed');
    const [first, ...below] = err[0]!.split('\n');
    expect(first).toBe('error: Failed');
    expect(below[0]).toBe('    Error: over\\u001b[0m there');
    expect(below).toContain('    RangeError: deep');
    expect(below.filter((line) => !line.startsWith('    '))).toEqual([]);
  });

  it('shows the errors of an AggregateError, e.g. of a connect to several addresses, before their causes', () => {
    const refused = ['::1', '127.0.0.1'].map(
      (address) => new Error(`connect ECONNREFUSED ${address}`, { cause: new Error(`nothing on ${address}`) }),
    );
    logger().error({ err: new AggregateError(refused) }, 'Failed');
    expect(err[0]!.match(/(?:ECONNREFUSED|nothing on) \S+$/gm)).toEqual([
      'ECONNREFUSED ::1',
      'ECONNREFUSED 127.0.0.1',
      'nothing on ::1',
      'nothing on 127.0.0.1',
    ]);
  });

  it('a ring of causes comes to an end', () => {
    const ring = new Error('ring');
    ring.cause = ring;
    logger().error({ err: ring }, 'Failed');
    expect(err[0]!.match(/caused by/g)).toHaveLength(5);
  });

  it('shows values that are no JSON', () => {
    const ring: { self?: object } = {};
    ring.self = ring;
    logger().warn({ big: 1n, ring, symbol: Symbol('s') }, 'Odd');
    expect(err).toEqual(['warn: Odd big=1 ring=[object Object] symbol=Symbol(s)']);
  });
});

describe('categories', () => {
  it('stand before the message with their event id, except that of the host', () => {
    const server = logger({ level: 'debug' }).child!({ category: 'windhover.server' });
    server.error({ eventId: 13, method: 'GET' }, 'Failed');
    server.debug({}, 'Looked');
    logger().child!({ category: 'windhover.host' }).info({ eventId: 14 }, 'Now listening');
    logger().child!({ category: 'shop' }).info({ order: 7 }, 'Placed');
    expect(err).toEqual(['error windhover.server[13]: Failed method="GET"']);
    expect(out).toEqual(['debug windhover.server: Looked', 'Now listening', 'info shop: Placed order=7']);
  });

  it.each([
    { category: undefined, level: 'info', written: true },
    { category: undefined, level: 'debug', written: false },
    { category: 'shop', level: 'info', written: false },
    { category: 'shop', level: 'warn', written: true },
    { category: 'shop.orders', level: 'debug', written: true },
    { category: 'shop.orders.paid', level: 'debug', written: true },
    { category: 'shop.ordersheet', level: 'info', written: false },
    { category: 'noise', level: 'error', written: false },
  ] as const)('$category at $level: $written', ({ category, level, written }) => {
    const categories = { shop: 'warn', 'shop.orders': 'debug', noise: 'silent' } as const;
    const root = logger({ categories });
    const child = category === undefined ? root : root.child!({ category });
    child[level]({}, 'entry');
    expect(child.isLevelEnabled!(level)).toBe(written);
    expect([...out, ...err]).toHaveLength(written ? 1 : 0);
  });

  it('levels change at run time, in children, too', () => {
    const root = consoleLogger({ format: 'text' });
    const child = root.child({ category: 'shop' });
    child.debug({}, 'before');
    root.changeLevels({ categories: { shop: 'debug' } });
    child.debug({}, 'after');
    expect(out.map((line) => line.includes('after'))).toEqual([true]);
  });
});

describe('consoleLogger as JSON', () => {
  const json = (): unknown => JSON.parse(out[0]!);

  it('is what is written where stdout is no terminal', () => {
    const terminal = Object.getOwnPropertyDescriptor(process.stdout, 'isTTY') ?? { value: undefined };
    try {
      for (const isTTY of [false, true]) {
        Object.defineProperty(process.stdout, 'isTTY', { value: isTTY, configurable: true });
        consoleLogger({ colour: false }).info({ port: 80 }, 'Look');
      }
    } finally {
      Object.defineProperty(process.stdout, 'isTTY', { ...terminal, configurable: true });
    }
    expect(json()).toMatchObject({ level: 'info', port: 80, msg: 'Look' });
    expect(out[1]).toBe('Look port=80');
  });

  it('has level, time, details and message; details cannot take their places', () => {
    const logged = consoleLogger({ format: 'json' }).child({ category: 'shop' });
    logged.error({ level: 'none', time: 0, big: 1n, order: 7 }, 'Failed');
    expect(Object.entries(json() as object)).toEqual([
      ['level', 'error'],
      ['time', expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)],
      ['category', 'shop'],
      ['big', '1'],
      ['order', 7],
      ['msg', 'Failed'],
    ]);
  });

  it('shows errors with code and causes', () => {
    const error = Object.assign(new TypeError('outer', { cause: new Error('inner') }), { code: 'E_OUTER' });
    consoleLogger({ format: 'json' }).error({ err: error }, 'Failed');
    expect(json()).toMatchObject({
      err: {
        type: 'TypeError',
        message: 'outer',
        code: 'E_OUTER',
        stack: expect.stringMatching(/^TypeError: outer\n/) as string,
        causes: [expect.stringMatching(/^Error: inner\n/)],
      },
    });
  });

  it('one line, which no terminal obeys, and which reads back as it was', () => {
    const text = 'a\r\n\u001b[2J\u009b\u202e\u2028\u{e0001}';
    consoleLogger({ format: 'json' }).info({ text }, text);
    expect(out[0]).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    expect(json()).toMatchObject({ text, msg: text });
  });

  it('a ring in the details is shown as text', () => {
    const ring: { self?: object } = {};
    ring.self = ring;
    consoleLogger({ format: 'json' }).warn({ ring, port: 80 }, 'Odd');
    expect(json()).toMatchObject({ ring: '[object Object]', port: 80, msg: 'Odd' });
  });
});

describe('colours', () => {
  it.each([
    { terminal: true, environment: {}, used: true },
    { terminal: false, environment: {}, used: false },
    { terminal: true, environment: { TERM: 'dumb' }, used: false },
    { terminal: true, environment: { NO_COLOR: '1' }, used: false },
    { terminal: true, environment: { NO_COLOR: '' }, used: true },
    { terminal: false, environment: { FORCE_COLOR: '1' }, used: true },
    { terminal: false, environment: { FORCE_COLOR: '', NO_COLOR: '1' }, used: true },
    { terminal: true, environment: { FORCE_COLOR: '0' }, used: false },
  ])('terminal $terminal, $environment: $used', ({ terminal, environment, used }) => {
    expect(usesColour(terminal, environment)).toBe(used);
  });

  it('are on the level and the details, never on the message', () => {
    logger({ colour: true }).warn({ port: 80 }, 'Look');
    expect(err).toEqual(['\u001b[33mwarn\u001b[39m: Look\u001b[2m port=80\u001b[22m']);
  });
});
