import { readFileSync } from 'node:fs';
import { serverLimitDefaults } from '@windhover/server';
import { Ajv } from 'ajv';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Readme } from '../../../../tools/test-support/readme.ts';
import { settingsErrors } from '../../src/settings/index.ts';
import { endpointSchema } from '../../src/settings/endpoint-schema.ts';
import { settingsSchema } from '../../src/settings/schema.ts';
import { settingsJsonSchema } from './json-schema.ts';
import { SettingsFolder } from './support/settings-folder.ts';

const page = new Readme(new URL('../x.ts', import.meta.url).href, 'SETTINGS.md');
const published: object = JSON.parse(
  readFileSync(new URL('../../windhover.schema.json', import.meta.url), 'utf8'),
) as object;
const [, example] = /^```json\n(.*?)^```$/ms.exec(page.text)!;

describe('SETTINGS.md', () => {
  it('lists every setting with its default', () => {
    const defaults: Record<string, unknown> = v.parse(settingsSchema({}), {});
    const { properties } = settingsJsonSchema() as { properties: Record<string, { properties?: object }> };
    const keys = Object.keys(properties).flatMap((key) => {
      const below = key === 'app' ? undefined : properties[key]!.properties;
      return below === undefined ? [key] : Object.keys(below).map((inner) => `${key}.${inner}`);
    });
    const rows = keys
      .filter((key) => key !== '$schema' && key !== 'server.limits')
      .map((key) => {
        const [outer, inner] = key.split('.') as [string, string | undefined];
        const value = inner === undefined ? defaults[outer] : (defaults[outer] as Record<string, unknown>)[inner];
        return [key, value === undefined ? '' : JSON.stringify(value)];
      });
    const shown = page.plainTableUnder('Settings').map((row) => row.slice(0, 2));
    expect(new Map(shown as [string, string][])).toEqual(new Map(rows as [string, string][]));
  });

  it('lists every limit with its default', () => {
    const { http2, ...limits } = serverLimitDefaults;
    const ofHttp2 = Object.entries(http2).map(([name, value]) => [`http2.${name}`, value] as const);
    const rows = [...Object.entries(limits), ...ofHttp2].map(([name, value]) => [name, JSON.stringify(value)]);
    expect(page.plainTableUnder('Limits')).toEqual(rows);
  });

  it('lists every key of an endpoint', () => {
    const keys = page.plainTableUnder('Endpoints').map(([key]) => key);
    expect(new Set(keys)).toEqual(new Set(Object.keys(endpointSchema.entries)));
  });

  it('lists every error', () => {
    expect(page.plainTableUnder('Errors')).toEqual(Object.entries(settingsErrors));
  });
});

describe('the JSON Schema for editors', () => {
  const accepts = new Ajv({ strict: false }).compile(published);
  let folder: SettingsFolder;
  beforeEach(() => {
    folder = new SettingsFolder();
  });
  afterEach(() => folder[Symbol.dispose]());

  it('is that of the settings; otherwise: pnpm --filter @windhover/hosting schema', () => {
    expect(published).toEqual(settingsJsonSchema());
  });

  it('is also in the package `windhover`, where editors find it under npm and pnpm', () => {
    const copy = readFileSync(new URL('../../../windhover/windhover.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(copy)).toEqual(published);
    expect(example).toContain('"./node_modules/windhover/windhover.schema.json"');
  });

  it('accepts the example, as the host does', async () => {
    folder.write('windhover.json', example!);
    const plan = await folder.plan();
    expect(plan.endpoints.map(({ name }) => name)).toEqual(['web', 'probes', 'nginx']);
    expect(plan.logging).toEqual({ level: 'info', categories: { 'windhover.server': 'warn' }, format: 'auto' });
    accepts(JSON.parse(example!));
    expect(accepts.errors).toBeNull();
  });

  it.each<[string, object]>([
    ['a wrong type', { threads: 'four' }],
    ['a number out of its range', { threads: 0 }],
    ['a time below its range', { server: { limits: { keepAliveTimeout: 0 } } }],
    ['a name that is none of a choice', { logging: { format: 'xml' } }],
    ['an unknown key', { server: { endpoint: {} } }],
    ['an endpoint without url', { server: { endpoints: { web: {} } } }],
    ['a key of a certificate that is not known', { server: { certificates: { a: { path: 'a', store: 'My' } } } }],
  ])('refuses %s, as the host does', async (_name, settings) => {
    expect(accepts(settings)).toBe(false);
    folder.write('windhover.json', settings);
    expect((await folder.refusal()).problems).toHaveLength(1);
  });
});
