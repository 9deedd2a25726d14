import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type RequestDelegate, serve } from 'windhover';
import { helpText } from '../src/help-text.ts';
import { get } from './responses.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');

afterEach(() => {
  vi.restoreAllMocks();
});

describe('README', () => {
  it('shows the handler that is in the package, and it answers', async () => {
    expect(readme).toContain(`\`\`\`js\n${read('../examples/five-lines.mjs')}\`\`\``);
    const { default: handler } = (await import('../examples/five-lines.mjs')) as { default: RequestDelegate };
    await using host = await serve(handler, { urls: 'http://127.0.0.1:0' });
    expect((await get(`${host.addresses[0]}/tea`)).text).toBe('You asked for /tea\n');
  });

  it('shows the program that is in the package, and what it prints', async () => {
    const example = read('../examples/serve.ts');
    expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((value: unknown) => void lines.push(inspect(value)));
    await import('../examples/serve.ts');
    expect(lines).toEqual([...example.matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => line));
  });

  it('shows the help of the command', () => {
    expect(readme).toContain(`\`\`\`\n${helpText}\`\`\``);
  });
});
