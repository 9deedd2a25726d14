import { describe, expect, it } from 'vitest';
import { type RequestDelegate, serve } from 'windhover';
import { readFileSync } from 'node:fs';
import { Readme } from '../../../tools/test-support/readme.ts';
import { helpText } from '../src/help-text.ts';
import { get } from './responses.ts';

const readme = new Readme(import.meta.url);

describe('README', () => {
  it('shows the handler that is in the package, and it answers', async () => {
    const example = readFileSync(new URL('../examples/five-lines.mjs', import.meta.url), 'utf8');
    expect(readme.text).toContain(`\`\`\`js\n${example}\`\`\``);
    const { default: handler } = (await import('../examples/five-lines.mjs')) as { default: RequestDelegate };
    await using host = await serve(handler, { urls: 'http://127.0.0.1:0' });
    expect((await get(`${host.addresses[0]}/tea`)).text).toBe('You asked for /tea\n');
  });

  it.each(['app.ts', 'serve.ts'])('shows the program %s, and what it prints', async (name) => {
    await expect(readme.expectExample(`examples/${name}`)).resolves.toBeUndefined();
  });

  it('shows the help of the command', () => {
    expect(readme.text).toContain(`\`\`\`\n${helpText}\`\`\``);
  });
});
