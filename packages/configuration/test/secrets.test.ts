import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { ConfigurationError, codeValues, commandLine, environmentVariables, loadConfiguration } from '../src/index.ts';

const schema = v.strictObject({
  app: v.optional(v.record(v.string(), v.unknown()), {}),
  count: v.optional(v.number()),
});

const shown = async (app: object): Promise<Record<string, string>> => {
  const configuration = await loadConfiguration({ schema, layers: [codeValues({ app })] });
  return Object.fromEntries((await configuration.effective()).map(({ key, text }) => [key, text]));
};

describe('a value under a key with the name of a secret', () => {
  it.each([
    'password',
    'dbPassword',
    'DB_PASSWORD',
    'passwd',
    'pwd',
    'passphrase',
    'secret',
    'clientSecret',
    'secrets',
    'token',
    'access-token',
    'credentials',
    'apiKey',
    'api_keys',
    'accessKey',
    'privateKey',
    'signingKey',
    'connectionString',
  ])('is masked without a mark in the schema: %s', async (name) => {
    expect(await shown({ db: { [name]: 'hunter2' } })).toEqual({ [`app.db.${name}`]: '***' });
  });

  it.each(['keyPath', 'passwordFile', 'tokenLifetime', 'monkey', 'user'])(
    'is shown where the name only resembles one: %s',
    async (name) => {
      expect(await shown({ [name]: 'shown' })).toEqual({ [`app.${name}`]: '"shown"' });
    },
  );

  it('is masked with everything below it, and in lists', async () => {
    expect(
      await shown({ secrets: { db: 'hunter2' }, users: [{ name: 'ann', password: 'hunter2' }] }),
    ).not.toMatchObject({
      'app.secrets.db': expect.stringContaining('hunter2'),
    });
    expect(
      JSON.stringify(await shown({ secrets: { db: 'hunter2' }, users: [{ name: 'ann', password: 'hunter2' }] })),
    ).not.toContain('hunter2');
  });

  it.each([
    ['postgres://shop:hunter2@db:5432/orders', 'postgres://shop:***@db:5432/orders'],
    ['postgres://shop:hun@ter2@db/orders', 'postgres://shop:***@db/orders'],
    ['redis://:hunter2@cache', 'redis://:***@cache'],
    [`redis://:${'hunter2'.repeat(100)}@cache`, 'redis://:***@cache'],
    [
      'jdbc:postgresql://db/orders?user=shop&password=hunter2&ssl=true',
      'jdbc:postgresql://db/orders?user=shop&password=***&ssl=true',
    ],
    ['https://db/?api_key=hunter2', 'https://db/?api_key=***'],
    ['Server=db;User Id=shop;Password=hunter2;Encrypt=true', 'Server=db;User Id=shop;Password=***;Encrypt=true'],
    ['password=hunter2', 'password=***'],
    ['Server=db; Pwd = hunter2', 'Server=db; Pwd =***'],
    ['https://shop.example/?page=2&tokens_used=7', 'https://shop.example/?page=2&tokens_used=7'],
    ['https://shop.example:8080/a', 'https://shop.example:8080/a'],
  ])('the password in %s is masked, and the rest is shown', async (text, expected) => {
    expect(await shown({ db: text })).toEqual({ 'app.db': JSON.stringify(expected) });
  });

  it.each([
    ['an argument that is no option', commandLine(['db.password=hunter2'])],
    ['a URL as an argument that is no option', commandLine(['redis://shop:hunter2@cache'])],
    ['a variable of the wrong type', environmentVariables('SHOP_', { SHOP_COUNT: 'redis://shop:hunter2@cache' })],
  ])('is not in an error: %s', async (_, layer) => {
    const loading = loadConfiguration({ schema, layers: [layer] });
    await expect(loading).rejects.toBeInstanceOf(ConfigurationError);
    const { message, problems } = (await loading.catch((error: unknown) => error)) as ConfigurationError;
    expect(message + JSON.stringify(problems)).not.toContain('hunter2');
  });
});

describe('an object that is missing', () => {
  it('is reported by the keys that it needs', async () => {
    const shop = v.strictObject({
      shop: v.object({ db: v.object({ url: v.string() }), name: v.optional(v.string()) }),
    });
    await expect(loadConfiguration({ schema: shop, layers: [] })).rejects.toMatchObject({
      problems: [{ key: 'shop.db.url', code: 'CONFIGURATION_KEY_MISSING' }],
    });
  });
});
