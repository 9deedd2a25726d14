import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const folder = new URL('../', import.meta.url);
const sources = readdirSync(new URL('src/', folder)).map((file) => ({
  file,
  text: readFileSync(new URL(`src/${file}`, folder), 'utf8'),
}));

describe('the package runs everywhere', () => {
  it.each(sources)('$file imports only files of the package', ({ text }) => {
    const imports = [...text.matchAll(/\b(?:from|import|require)\b\s*\(?\s*'([^']*)'/g)].map(([, name]) => name);
    for (const name of imports) expect(name).toMatch(/^\.\/[a-z\d-]+\.ts$/);
  });

  it.each(sources)('$file uses no global of Node or of a browser', ({ text }) => {
    const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/ .*/g, '').replaceAll(/'[^']*'/g, "''");
    expect(code).not.toMatch(/\b(?:process|Buffer|globalThis|require|window|document|URL|TextEncoder)\b/);
  });

  it('declares no dependencies', () => {
    const manifest = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as Record<string, unknown>;
    expect(Object.keys(manifest).filter((key) => key.endsWith('ependencies'))).toEqual([]);
  });
});
