import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { type ConfigurationProblem, configurationErrors, jsonFile, loadConfiguration } from '../src/index.ts';
import { type Told, refusal, shopSchema, withLayers } from './support/shop.ts';
import { TemporaryFolder } from './support/temporary-folder.ts';

const refused = async (told: Told): Promise<string> =>
  (await refusal(withLayers(told, (layers) => loadConfiguration({ schema: shopSchema, layers })))).message;

const problemsOf = async (told: Told): Promise<readonly ConfigurationProblem[]> =>
  (await refusal(withLayers(told, (layers) => loadConfiguration({ schema: shopSchema, layers })))).problems;

describe('messages of problems', () => {
  it('all problems in one error', async () => {
    const file = `{
  // the shop
  "titel": "Books",
  "workers": "many",
  "theme": "blue",
  "hosts": { "a": 1 },
  "database": { "pasword": "hunter2", "pin": "1234" },
  "url": "db://x",
  "shelves": { "top": { "size": null, "tags": ["a", 5] }, "low": "wide" },
  "workers": 2,
}`;
    const environment = { SHOP_IS_OPEN: 'maybe', SHOP_COLOUR: 'red', SHOP_HOSTS__1: 'b', SHOP_LIMIT: 'none' };
    const args = ['now', '--ports', 'eighty', '--ratio', '--isopen=x', '--is-open=y'];
    expect(`\n${await refused({ file, environment, args })}\n`).toMatchInlineSnapshot(`
      "
      the configuration has 19 problems:
        shop.json:3:3: titel is not a known key; did you mean title? Known here: title, workers, ratio, isOpen, theme, hosts, ports, limit, database, shelves, extra (CONFIGURATION_KEY_UNKNOWN)
        shop.json:4:14: workers is "many"; it must be an integer from 1 to 64 (CONFIGURATION_VALUE_INVALID)
        shop.json:5:12: theme is "blue"; it must be "light" or "dark" (CONFIGURATION_VALUE_INVALID)
        shop.json:7:15: database.url is missing; it must be a string (CONFIGURATION_KEY_MISSING)
        shop.json:7:17: database.pasword is not a known key; did you mean database.password? Known here: url, password, pin (CONFIGURATION_KEY_UNKNOWN)
        shop.json:7:46: database.pin is ***; it must be a number (CONFIGURATION_VALUE_INVALID)
        shop.json:8:3: url is not a known key; did you mean database.url? Known here: title, workers, ratio, isOpen, theme, hosts, ports, limit, database, shelves, extra (CONFIGURATION_KEY_UNKNOWN)
        shop.json:9:33: shelves.top.size is null; it must be a number (CONFIGURATION_VALUE_INVALID)
        shop.json:9:53: shelves.top.tags[1] is 5; it must be a string (CONFIGURATION_VALUE_INVALID)
        shop.json:9:66: shelves.low is "wide"; it must be an object with keys among size, tags (CONFIGURATION_VALUE_INVALID)
        shop.json:10:3: workers is set a second time; the first is at shop.json:4:3 (CONFIGURATION_KEY_DUPLICATE)
        environment variable SHOP_HOSTS__1: hosts is a list without item 0; the parts after hosts must be numbers from 0 on, without a gap (CONFIGURATION_VALUE_INVALID)
        environment variable SHOP_LIMIT: limit is "none"; it must be a number, or null (CONFIGURATION_VALUE_INVALID)
        environment variable SHOP_COLOUR: colour is not a known key. Known here: title, workers, ratio, isOpen, theme, hosts, ports, limit, database, shelves, extra (CONFIGURATION_KEY_UNKNOWN)
        argument now: "now" is not an option; write --key value or --key=value (CONFIGURATION_ARGUMENT_INVALID)
        argument --is-open: isOpen is set a second time; the first is argument --isopen (CONFIGURATION_KEY_DUPLICATE)
        argument --ratio: ratio has no value; it must be a number (CONFIGURATION_ARGUMENT_INVALID)
        argument --isopen: isOpen is "x"; it must be true or false (CONFIGURATION_VALUE_INVALID)
        argument --ports: ports[0] is missing; it must be a number (CONFIGURATION_KEY_MISSING)
      "
    `);
  });

  it.each([
    ['a comma', '{\n  "title": "x"\n  "workers": 2\n}'],
    ['a colon', '{ "title" "x" }'],
    ['a quote', '{ "title": "x }'],
    ['quotes around a key', '{ title: "x" }'],
    ['a value', '{ "title": }'],
    ['a brace', '{ "title": "x"'],
    ['a bracket', '{ "hosts": ["a" }'],
    ['a good escape', String.raw`{ "title": "C:\data" }`],
    ['quotes around a text', '{ "title": x }'],
    ['an end', '{ "title": "x" } }'],
    ['an end of a comment', '{ /* "title": "x" }'],
    ['an object', '[1, 2]'],
    ['a limit of depth', '['.repeat(100_000)],
  ])('JSON that lacks %s', async (_name, file) => {
    expect(await refused({ file })).toMatchSnapshot();
  });

  it('a required file that does not exist', async () => {
    using folder = new TemporaryFolder();
    const layers = [jsonFile('shop.json', { folder: folder.path, required: true })];
    const { message, problems } = await refusal(loadConfiguration({ schema: shopSchema, layers }));
    const file = JSON.stringify(join(folder.path, 'shop.json'));
    expect(message).toBe(
      `shop.json: the file does not exist, at ${file}; create it, or correct the path (CONFIGURATION_FILE_MISSING)`,
    );
    expect(problems[0]!.source).toEqual({ kind: 'unread', path: 'shop.json' });
  });

  it('a required file with an absolute path that does not exist: names it once', async () => {
    using folder = new TemporaryFolder();
    const path = join(folder.path, 'shop.json');
    const { message } = await refusal(
      loadConfiguration({ schema: shopSchema, layers: [jsonFile(path, { required: true })] }),
    );
    expect(message).toBe(
      `${path}: the file does not exist; create it, or correct the path (CONFIGURATION_FILE_MISSING)`,
    );
  });

  it('a folder where a file should be', async () => {
    using folder = new TemporaryFolder();
    mkdirSync(join(folder.path, 'shop.json'));
    const layers = [jsonFile('shop.json', { folder: folder.path })];
    const { message } = await refusal(loadConfiguration({ schema: shopSchema, layers }));
    expect(message).toBe(
      'shop.json: the file cannot be read (EISDIR): it is a folder; give the path of a file (CONFIGURATION_FILE_UNREADABLE)',
    );
  });
});

describe('a problem', () => {
  const required = v.strictObject({ name: v.string() });

  it('of a missing top-level key has the first file as its source', async () => {
    const load = withLayers({ file: '\n {}' }, (layers) => loadConfiguration({ schema: required, layers }));
    expect((await refusal(load)).message).toBe(
      'shop.json:2:2: name is missing; it must be a string (CONFIGURATION_KEY_MISSING)',
    );
  });

  it('of a missing key without any source has no location', async () => {
    const { message } = await refusal(loadConfiguration({ schema: required, layers: [] }));
    expect(message).toBe('name is missing; it must be a string (CONFIGURATION_KEY_MISSING)');
  });

  it('of a missing key is not reported if a file could not be read', async () => {
    const load = withLayers({ file: '{' }, (layers) => loadConfiguration({ schema: required, layers }));
    expect((await refusal(load)).problems.map(({ code }) => code)).toEqual(['CONFIGURATION_JSON_INVALID']);
  });

  it('has its parts as properties', async () => {
    expect(await problemsOf({ file: { workers: 65 } })).toEqual([
      {
        code: 'CONFIGURATION_VALUE_INVALID',
        key: 'workers',
        source: { kind: 'file', path: 'shop.json', line: 1, column: 12 },
        message: 'workers is 65; it must be an integer from 1 to 64',
        found: '65',
        allowed: 'an integer from 1 to 64',
      },
    ]);
  });

  it('of a value that a later layer overrides is not reported', async () => {
    const load = withLayers({ file: { workers: 'many' }, args: ['--workers=2'] }, (layers) =>
      loadConfiguration({ schema: shopSchema, layers }),
    );
    await expect(load).resolves.toMatchObject({ values: { workers: 2 } });
  });

  it('never shows a secret, nor the value of a misspelled key', async () => {
    const message = await refused({
      file: { database: { url: 'x', password: { a: 'hunter2' }, pin: 'hunter3', passwort: 'hunter4' } },
      environment: { SHOP_DATABASE__PIN: 'hunter5', SHOP_PASSWORD: 'hunter6' },
      args: ['--database.pincode=hunter7', '--database.password.x', 'hunter8'],
    });
    expect(message).not.toMatch(/hunter/);
  });

  it('does not show a secret by way of a check that repeats it', async () => {
    const secret = <S extends v.GenericSchema>(schema: S) => v.pipe(schema, v.metadata({ secret: true }));
    const schema = v.strictObject({
      one: secret(v.pipe(v.string(), v.regex(/^x/))),
      two: secret(v.pipe(v.string(), v.minLength(50, 'it is too short'))),
      three: secret(
        v.pipe(
          v.string(),
          v.minLength(50, ({ input }) => `"${input}" is too short`),
        ),
      ),
    });
    const file = { one: 'hunter2', two: 'hunter3', three: 'hunter4' };
    const load = withLayers({ file }, (layers) => loadConfiguration({ schema, layers }));
    expect((await refusal(load)).problems.map(({ message }) => message)).toEqual([
      'one is ***; it must be a string',
      'two is ***: it is too short',
      'three is ***; it must be a string',
    ]);
  });

  it('escapes text that could break a line or a terminal', async () => {
    const message = await refused({ file: { 'a\nb\u001b[31m': 1, workers: 'x\u2028\u202Ey' } });
    expect(message).not.toMatch(/[^\n\P{C}]|\u2028/u);
    expect(message.split('\n')).toHaveLength(3);
  });

  it('has the message of the check, unless the schema has an allowed text', async () => {
    const schema = v.strictObject({
      url: v.pipe(v.string(), v.startsWith('db://', 'it begins with db://')),
      power: v.pipe(
        v.number(),
        v.check((power) => Number.isInteger(power)),
        v.metadata({ allowed: 'a power of two' }),
      ),
    });
    const load = withLayers({ file: { url: 'x', power: 0.5 } }, (layers) => loadConfiguration({ schema, layers }));
    expect((await refusal(load)).problems.map(({ message }) => message)).toEqual([
      'url is "x": it begins with db://',
      'power is 0.5; it must be a power of two',
    ]);
  });

  it('with an object where it may be a text is a problem of the object, and does not show it', async () => {
    const file = v.strictObject({ path: v.string(), password: v.optional(v.string()) });
    const schema = v.strictObject({ one: v.union([file, v.string()]), other: v.union([v.number(), v.array(file)]) });
    const given = { one: { password: 'hunter2' }, other: [{ path: 1, password: 'hunter3' }, 'hunter4'] };
    const load = withLayers({ file: given }, (layers) => loadConfiguration({ schema, layers }));
    expect((await refusal(load)).problems.map(({ message }) => message)).toEqual([
      'one.path is missing; it must be a string',
      'other[0].path is 1; it must be a string',
      'other[1] is "hunter4"; it must be an object with keys among path, password',
    ]);
    const text = withLayers({ file: { one: ['hunter2'], other: { a: 'hunter3' } } }, (layers) =>
      loadConfiguration({ schema, layers }),
    );
    expect((await refusal(text)).problems.map(({ found }) => found)).toEqual(['a list', 'an object']);
  });

  it('cuts a long value off', async () => {
    expect((await refused({ file: { workers: 'x'.repeat(10_000) } })).length).toBeLessThan(250);
  });

  it('has a code of the table', async () => {
    const problems = await problemsOf({ file: '{ "workers": "x", "a": 1, "a": 2, "database": {} }', args: ['x'] });
    for (const { code } of problems) expect(configurationErrors).toHaveProperty(code);
    expect(new Set(problems.map(({ code }) => code)).size).toBe(5);
  });
});

describe('the nearest known key', () => {
  it.each([
    ['worker', 'workers'],
    ['Workers', 'workers'],
    ['is_open', 'isOpen'],
    ['thene', 'theme'],
    ['password', 'database.password'],
    ['titel', 'title'],
    ['zzz', undefined],
  ])('to %s is %s', async (typed, nearest) => {
    const [problem] = await problemsOf({ file: { [typed]: 1 } });
    expect(problem!.nearest).toBe(nearest);
  });
});
