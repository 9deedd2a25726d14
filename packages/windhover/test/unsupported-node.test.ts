import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { unsupportedNode } from '../src/unsupported-node.ts';

describe('unsupportedNode', () => {
  it.each(['22.12.0', '22.18.1', '24.0.0', '26.10.0', '100.0.0-nightly'])('%s will do', (version) => {
    expect(unsupportedNode(version)).toBeUndefined();
  });

  it.each(['8.17.0', '20.20.2', '22.11.9'])('%s is refused in one sentence', (version) => {
    expect(unsupportedNode(version)).toBe(`needs Node.js 22.12 or later, and this is Node.js ${version}.`);
  });

  it('says what package.json says', () => {
    const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      engines: { node: string };
    };
    expect(engines.node).toBe('>=22.12');
  });
});
