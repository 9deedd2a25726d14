import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { initHelpText, parseInitCommandLine, run } from '../src/init-command.ts';

const parent = mkdtempSync(join(tmpdir(), 'windhover-init-'));
const written: string[] = [];

beforeEach(() => {
  mkdirSync(parent, { recursive: true });
  written.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(parent, { recursive: true, force: true });
});

const at = (...names: string[]): string => join(parent, ...names);
const textOf = (...names: string[]): string => readFileSync(at(...names), 'utf8');

describe('the arguments of windhover init', () => {
  it.each([
    { args: [], expected: {} },
    { args: ['demo'], expected: { folder: 'demo' } },
    { args: ['-h'], expected: { help: true } },
    { args: ['demo', '--name', 'shop'], expected: { folder: 'demo', name: 'shop' } },
    { args: ['--name=shop', 'demo', '--verbose'], expected: { folder: 'demo', name: 'shop' } },
  ])('$args', ({ args, expected }) => {
    expect(parseInitCommandLine(args)).toEqual({ folder: undefined, name: undefined, help: false, ...expected });
  });

  it.each([
    { args: ['-x'], message: /^Unknown option "-x"\./ },
    { args: ['a', 'b'], message: /^init creates only one folder; remove "b"\./ },
    { args: ['a', '--name'], message: /^--name takes a name\./ },
  ])('$args: one sentence and exit code 2', ({ args, message }) => {
    expect(() => parseInitCommandLine(args)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(message) as string, exitCode: 2 }),
    );
  });

  it('no folder: one sentence and exit code 2', async () => {
    await expect(run([])).rejects.toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  it('--help fits a terminal', async () => {
    await run(['--help']);
    expect(written).toEqual([initHelpText]);
    expect(Math.max(...initHelpText.split('\n').map((line) => line.length))).toBeLessThanOrEqual(88);
  });
});

describe('windhover init', () => {
  it('writes a project, and says what comes next', async () => {
    await run([at('demo')]);
    expect(written.join('')).toContain('npm install');
    const { name, dependencies, scripts } = JSON.parse(textOf('demo', 'package.json')) as Record<string, object>;
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(name).toBe('demo');
    expect(dependencies).toMatchObject({ windhover: `^${version}` });
    expect(Object.keys(scripts!)).toEqual(['start', 'dev', 'test', 'types']);
    for (const file of ['.gitignore', '.dockerignore', 'Dockerfile', 'deploy/demo.service', 'deploy/demo.socket']) {
      expect(existsSync(at('demo', file))).toBe(true);
    }
  });

  it('no placeholder is left in any file', async () => {
    await run([at('demo')]);
    const files = readdirSync(at('demo'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files).toHaveLength(11);
    for (const { parentPath, name } of files)
      expect(readFileSync(join(parentPath, name), 'utf8')).not.toMatch(/\{\{|\}\}/);
  });

  it('--name: the name in every file, whatever the folder', async () => {
    await run([at('My Folder'), '--name', 'shop']);
    expect(textOf('My Folder', 'deploy', 'shop.service')).toContain('Requires=shop.socket');
    expect(JSON.parse(textOf('My Folder', 'package.json'))).toMatchObject({ name: 'shop' });
  });

  it('the manifest of Kubernetes probes the health checks, and waits longer than the host', async () => {
    await run([at('demo')]);
    const [deployment, service] = textOf('demo', 'deploy', 'kubernetes.yaml')
      .split('---\n')
      .map((document) => parse(document) as unknown) as [Deployment, { spec: { selector: object } }];
    const { terminationGracePeriodSeconds, containers } = deployment.spec.template.spec;
    const [{ readinessProbe, livenessProbe, env, ports }] = containers;
    expect([readinessProbe.httpGet, livenessProbe.httpGet]).toEqual([
      { path: '/readyz', port: 'http' },
      { path: '/livez', port: 'http' },
    ]);
    expect(ports).toEqual([{ name: 'http', containerPort: 8080 }]);
    const timeout = env.find(({ name }) => name === 'WINDHOVER_SHUTDOWN_TIMEOUT')!.value;
    expect(terminationGracePeriodSeconds).toBeGreaterThan(Number.parseInt(timeout, 10));
    expect(service.spec.selector).toEqual(deployment.spec.selector.matchLabels);
  });

  it.each([
    ['Demo'],
    ['1demo'],
    ['demo-'],
    ['de mo'],
    ['démo'],
    ['a'.repeat(51)],
    ['..'],
    ['@scope/demo'],
    ['demo\n'],
    ['{{version}}'],
  ])('%j is no name: nothing is written', async (name) => {
    await expect(run([at('folder'), `--name=${name}`])).rejects.toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining('cannot be the name') as string }),
    );
    expect(readdirSync(parent)).toEqual([]);
  });

  it('a link that leads nowhere: says which file cannot be written, and writes nothing', async () => {
    symlinkSync(at('nowhere'), at('demo'));
    await expect(run([at('demo')])).rejects.toThrow(
      expect.objectContaining({
        name: 'CommandError',
        message: expect.stringMatching(/package\.json" cannot be written: \w+\. Nothing was written\.$/) as string,
      }),
    );
    expect(existsSync(at('nowhere'))).toBe(false);
  });

  it('two runs at once: one writes the project, and the other says why it does not', async () => {
    const outcomes = await Promise.allSettled([run([at('demo')]), run([at('demo')])]);
    const failures = outcomes.filter(({ status }) => status === 'rejected');
    expect(failures).toMatchObject([
      { reason: { name: 'CommandError', message: expect.stringMatching(/cannot be written: EEXIST|is not empty/) } },
    ]);
  });

  it('a folder that is not empty: says what is in it, and changes nothing', async () => {
    mkdirSync(at('full'));
    writeFileSync(at('full', 'a.txt'), 'kept');
    writeFileSync(at('full', 'b.txt'), 'kept');
    await expect(run([at('full')])).rejects.toThrow(
      /full" is not empty: it has "a\.txt" and 1 more\. Name a folder that is empty or does not exist\.$/,
    );
    expect(readdirSync(at('full'))).toEqual(['a.txt', 'b.txt']);
  });

  it('a folder with nothing but .git is empty', async () => {
    mkdirSync(at('demo', '.git'), { recursive: true });
    await run([at('demo')]);
    expect(existsSync(at('demo', 'src', 'app.ts'))).toBe(true);
  });

  it('a file: one sentence', async () => {
    writeFileSync(at('file'), 'kept');
    await expect(run([at('file'), '--name', 'demo'])).rejects.toThrow(/file" is a file; name a folder\.$/);
  });
});

interface Probe {
  readonly httpGet: object;
}

interface Deployment {
  readonly spec: {
    readonly selector: { readonly matchLabels: object };
    readonly template: {
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly containers: readonly [
          {
            readonly readinessProbe: Probe;
            readonly livenessProbe: Probe;
            readonly env: readonly { readonly name: string; readonly value: string }[];
            readonly ports: readonly object[];
          },
        ];
      };
    };
  };
}
