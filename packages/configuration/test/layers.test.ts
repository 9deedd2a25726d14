import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { codeValues, loadConfiguration, namedVariables } from '../src/index.ts';
import { type Told, refusal, shopSchema, withLayers } from './support/shop.ts';

const load = async (told: Told) => withLayers(told, (layers) => loadConfiguration({ schema: shopSchema, layers }));
const valuesOf = async (told: Told) => (await load(told)).values;

describe('order of the layers', () => {
  const file = { title: 'file', database: { url: 'db://file', password: 'file' } };
  const environmentFile = { title: 'environment file' };
  const environment = { SHOP_TITLE: 'environment' };
  const args = ['--title', 'argument'];

  it.each<[string, Told, string]>([
    ['the schema, if no layer sets a value', {}, 'Shop'],
    ['then the file', { file }, 'file'],
    ['then the file of the environment', { file, environmentFile }, 'environment file'],
    ['then environment variables', { file, environmentFile, environment }, 'environment'],
    ['then the command line', { file, environmentFile, environment, args }, 'argument'],
  ])('%s', async (_name, told, title) => {
    expect((await valuesOf(told)).title).toBe(title);
  });

  it('objects are merged key by key', async () => {
    const { database } = await valuesOf({ file, environment: { SHOP_DATABASE__PASSWORD: 'other' } });
    expect(database).toEqual({ url: 'db://file', password: 'other' });
  });

  it('a list replaces a whole list', async () => {
    const { hosts } = await valuesOf({ file: { hosts: ['a', 'b', 'c'] }, environmentFile: { hosts: ['d'] } });
    expect(hosts).toEqual(['d']);
  });

  it('null replaces a value', async () => {
    expect((await valuesOf({ file: { limit: 5 }, environmentFile: { limit: null } })).limit).toBeNull();
  });

  it('values in code are a layer like others', async () => {
    const layers = [codeValues({ title: 'code', hosts: undefined, workers: 3 }, 'defaults of the program')];
    const configuration = await loadConfiguration({ schema: shopSchema, layers });
    expect(configuration.values).toMatchObject({ title: 'code', workers: 3, hosts: [] });
    expect(configuration.sourceOf(['title'])).toEqual({ kind: 'code', name: 'defaults of the program' });
  });

  it('single variables are named with their key', async () => {
    const layers = [namedVariables({ PORT: 'ports', DB: 'database.url', NONE: 'title' }, { PORT: '80', DB: 'db://x' })];
    const { values } = await loadConfiguration({ schema: shopSchema, layers });
    expect(values).toMatchObject({ ports: [80], database: { url: 'db://x' }, title: 'Shop' });
  });
});

describe('files', () => {
  it.each([
    ['comments and trailing commas', '{ // here\n "title": "x", /* there */ }', 'x'],
    ['a byte order mark', '\uFEFF{"title": "x"}', 'x'],
    ['an empty file', ' \n', 'Shop'],
  ])('may have %s', async (_name, file, title) => {
    expect((await valuesOf({ file })).title).toBe(title);
  });

  it('keys are exactly those of the schema', async () => {
    await expect(valuesOf({ file: { Title: 'x' } })).rejects.toThrow('Title is not a known key; did you mean title?');
  });
});

describe('keys of environment variables', () => {
  it.each<[string, string, object]>([
    ['SHOP_WORKERS', '2', { workers: 2 }],
    ['SHOP_workers', '2', { workers: 2 }],
    ['SHOP_IS_OPEN', 'false', { isOpen: false }],
    ['SHOP_ISOPEN', 'FALSE', { isOpen: false }],
    ['SHOP_DATABASE__URL', 'db://x', { database: { url: 'db://x' } }],
    ['SHOP_SHELVES__TOP__SIZE', '3', { shelves: { top: { size: 3 } } }],
    ['SHOP_SHELVES__TOP_LEFT__SIZE', '3', { shelves: { topLeft: { size: 3 } } }],
    ['SHOP_SHELVES__Top_Left__SIZE', '3', { shelves: { Top_Left: { size: 3 } } }],
    ['SHOP_EXTRA__ANY_KEY', '3', { extra: { anyKey: '3' } }],
  ])('%s=%s', async (name, text, values) => {
    expect(await valuesOf({ environment: { [name]: text } })).toMatchObject(values);
  });

  it('a name in a file keeps the spelling of the file', async () => {
    const { shelves } = await valuesOf({
      file: { shelves: { 'Top-Left': { size: 1, tags: ['a'] } } },
      environment: { SHOP_SHELVES__TOP_LEFT__SIZE: '3' },
    });
    expect(shelves).toEqual({ 'Top-Left': { size: 3, tags: ['a'] } });
  });

  it('variables without the prefix are ignored', async () => {
    expect((await load({ environment: { XSHOP_TITLE: 'x', shop_title: 'x' } })).values.title).toBe('Shop');
  });

  it('an empty one counts as not set', async () => {
    expect((await valuesOf({ file: { workers: 2 }, environment: { SHOP_WORKERS: '' } })).workers).toBe(2);
  });
});

describe('keys of arguments', () => {
  it.each<[string, string[], object]>([
    ['a value after it', ['--title', 'x'], { title: 'x' }],
    ['a value after =', ['--title=x'], { title: 'x' }],
    ['= in the value', ['--title=a=b'], { title: 'a=b' }],
    ['an empty value', ['--title='], { title: '' }],
    ['a value that begins with two dashes', ['--title=--x'], { title: '--x' }],
    ['a negative number', ['--ratio', '-1.5'], { ratio: -1.5 }],
    ['no value for true', ['--isOpen', '--title', 'x'], { isOpen: true, title: 'x' }],
    ['a dash between words', ['--is-open', 'false'], { isOpen: false }],
    ['other case', ['--ISOPEN=false'], { isOpen: false }],
    ['a dot', ['--database.url', 'db://x'], { database: { url: 'db://x' } }],
    ['a colon', ['--database:url=db://x'], { database: { url: 'db://x' } }],
    ['a dot in a name, between colons', ['--shelves:a.b:size', '1'], { shelves: { 'a.b': { size: 1 } } }],
    ['indexes', ['--hosts.1', 'b', '--hosts.0', 'a'], { hosts: ['a', 'b'] }],
  ])('%s', async (_name, args, values) => {
    expect(await valuesOf({ args })).toMatchObject(values);
  });
});

describe('text is read as the schema expects it', () => {
  it.each<[string, string, object]>([
    ['WORKERS', ' 12 ', { workers: 12 }],
    ['RATIO', '-2.5e3', { ratio: -2500 }],
    ['IS_OPEN', 'False', { isOpen: false }],
    ['IS_OPEN', '1', { isOpen: true }],
    ['THEME', 'DARK', { theme: 'dark' }],
    ['TITLE', '12', { title: '12' }],
    ['TITLE', 'null', { title: 'null' }],
    ['LIMIT', 'null', { limit: null }],
    ['LIMIT', '5', { limit: 5 }],
    ['HOSTS', 'a; b;;', { hosts: ['a', 'b'] }],
    ['PORTS', '80;81', { ports: [80, 81] }],
  ])('%s=%s', async (name, text, values) => {
    expect(await valuesOf({ environment: { [`SHOP_${name}`]: text } })).toMatchObject(values);
  });

  it('list items by index', async () => {
    const environment = { SHOP_HOSTS__1: 'b', SHOP_HOSTS__0: 'a' };
    expect((await valuesOf({ file: { hosts: ['x', 'y', 'z'] }, environment })).hosts).toEqual(['a', 'b']);
  });

  it('but text in a file stays text', async () => {
    await expect(valuesOf({ file: { workers: '2' } })).rejects.toThrow('workers is "2"; it must be an integer');
  });
});

describe('unions of objects', () => {
  const disk = v.strictObject({ kind: v.literal('disk'), path: v.string() });
  const cloud = v.strictObject({
    kind: v.literal('cloud'),
    key: v.pipe(v.string(), v.metadata({ secret: true })),
    retries: v.number(),
  });
  const schema = v.strictObject({ store: v.variant('kind', [disk, cloud]) });
  const load = (told: Told) => withLayers(told, (layers) => loadConfiguration({ schema, layers }));

  it('have the keys of all options, and text is converted for the option with the key', async () => {
    const environment = { SHOP_STORE__KIND: 'cloud', SHOP_STORE__KEY: 'hunter2', SHOP_STORE__RETRIES: '3' };
    const configuration = await load({ environment });
    expect(configuration.values.store).toEqual({ kind: 'cloud', key: 'hunter2', retries: 3 });
    expect((await configuration.effective()).map(({ text }) => text)).toEqual(['"cloud"', '***', '3']);
  });

  it('report the problems of the matching option, without its secrets', async () => {
    const { problems } = await refusal(load({ file: { store: { kind: 'cloud', key: 5, retries: 'x', size: 1 } } }));
    expect(problems.map(({ message }) => message)).toEqual([
      'store.key is ***; it must be a string',
      'store.retries is "x"; it must be a number',
      'store.size is not a known key. Known here: kind, path, key, retries',
    ]);
  });
});

describe('sources', () => {
  const told: Told = {
    file: '{\n  "title": "file",\n  "shelves": { "top": { "size": 1, "tags": ["a"] } },\n  "hosts": ["a"]\n}',
    environment: { SHOP_WORKERS: '2', SHOP_DATABASE__PASSWORD: 'hunter2', SHOP_DATABASE__URL: 'db://x' },
    args: ['--shelves:top:size=3', '--ports', '80;81'],
  };

  it('every value is listed with its source, and secrets are masked', async () => {
    const listed = await (await load(told)).effective();
    expect(
      listed.map(({ key, text, source }) => [key, text, source.kind === 'file' ? source.line : source.kind]),
    ).toEqual([
      ['title', '"file"', 2],
      ['workers', '2', 'environment'],
      ['isOpen', 'true', 'default'],
      ['theme', '"light"', 'default'],
      ['hosts', '["a"]', 4],
      ['ports', '[80,81]', 'argument'],
      ['limit', 'null', 'default'],
      ['database.url', '"db://x"', 'environment'],
      ['database.password', '***', 'environment'],
      ['shelves.top.size', '3', 'argument'],
      ['shelves.top.tags', '["a"]', 3],
    ]);
  });

  it('line and column are those of the value', async () => {
    expect((await load(told)).sourceOf(['title'])).toEqual({ kind: 'file', path: 'shop.json', line: 2, column: 12 });
  });

  it('a missing member of an existing object has its default', async () => {
    const configuration = await load({ file: { database: { url: 'db://x' } } });
    expect(configuration.sourceOf(['database', 'password'])).toEqual({ kind: 'default' });
    expect(configuration.sourceOf(['database'])).toMatchObject({ kind: 'file' });
  });
});

describe('a configuration', () => {
  it('is frozen throughout', async () => {
    const { values } = await load({ file: { hosts: ['a'] } });
    expect(Object.isFrozen(values)).toBe(true);
    expect(Object.isFrozen(values.hosts)).toBe(true);
  });

  it('without values in any layer, the schema is not loaded', async () => {
    const load = withLayers({}, (layers) =>
      loadConfiguration({
        layers,
        schema: (): typeof shopSchema => {
          throw new Error('loaded');
        },
        ifEmpty: { title: 'x' } as never,
      }),
    );
    await expect(load).resolves.toMatchObject({ isEmpty: true, values: { title: 'x' } });
  });

  it('names that reach the prototype of an object are unknown keys at any depth', async () => {
    for (const file of [
      '{"__proto__": {}}',
      '{"extra": {"__proto__": {"x": 1}}}',
      '{"shelves": {"constructor": {}}}',
    ]) {
      await expect(valuesOf({ file })).rejects.toThrow('is not a known key');
    }
  });

  it('rules that a schema cannot have are reported with the source of the key', async () => {
    const load = withLayers({ file: '{ "isOpen": false,\n "workers": 5 }' }, (layers) =>
      loadConfiguration({
        schema: shopSchema,
        layers,
        check: ({ isOpen, workers }, { report, sourceOf }) => {
          if (isOpen || workers <= 1 || sourceOf(['workers']).kind !== 'file') return;
          report({ code: 'SHOP_CLOSED', key: ['workers'], message: 'are of no use to a shop that is closed' });
        },
      }),
    );
    await expect(load).rejects.toThrow('shop.json:2:13: workers are of no use to a shop that is closed (SHOP_CLOSED)');
  });
});
