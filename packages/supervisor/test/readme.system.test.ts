import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';
import { supervisorDefaults, supervisorErrors } from '@windhover/supervisor';
import { describe, expect, it, vi } from 'vitest';
import { Bundle } from '../../../tools/test-support/bundle.ts';
import { Child } from '../../../tools/test-support/child.ts';
import { freePort } from '../../../tools/test-support/free-port.ts';
import { Readme } from '../../../tools/test-support/readme.ts';
import { until } from '../../../tools/test-support/until.ts';
import { request } from './support/request.ts';

// Processes start, drain and end; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

const readme = new Readme(import.meta.url);

describe('README.md', () => {
  it('shows an example that runs on four threads', async () => {
    const path = fileURLToPath(new URL('../examples/threads.ts', import.meta.url));
    expect(readme.text).toContain(`\`\`\`ts\n${readFileSync(path, 'utf8')}\`\`\``);
    const port = await freePort();
    using bundle = await Bundle.of(path);
    await using example = new Child([bundle.path, `http://127.0.0.1:${port}`]);
    let answer = '';
    await until(async () => {
      answer = await request({ port }).then(
        ({ text }) => text,
        () => '',
      );
      return answer !== '';
    });
    expect(answer).toMatch(/^Hello from thread [1-4]$/);
    example.kill('SIGTERM');
    expect(await example.exited).toBe(0);
    expect(example.output).toBe('');
  });

  it('has the defaults of the options', () => {
    const { restartBackoff, ...rest } = supervisorDefaults;
    const nested = Object.entries(restartBackoff).map(([name, value]) => [`restartBackoff.${name}`, value] as const);
    const numbers = [...Object.entries(rest), ...nested].filter(([, value]) => typeof value === 'number');
    const written = readme.plainTableUnder('Options').map(([name, value]) => [name, Number(value)] as const);
    expect(Object.fromEntries(written.filter(([, value]) => value > 0))).toEqual(Object.fromEntries(numbers));
  });

  it('has every error code', () => {
    const codes = readme.plainTableUnder('Errors').map(([code]) => code);
    expect(codes).toEqual([...Object.keys(supervisorErrors), 'none']);
  });
});
