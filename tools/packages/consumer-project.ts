import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readText, root } from '../graph/workspace-packages.ts';
import { type Tarballs, packagesByName, withDependencies } from './tarballs.ts';

export type PackageManager = 'npm' | 'pnpm';

/** TypeScript versions that the declarations must support, with their compilers in this workspace. */
export const typeScripts = {
  '5.9': 'typescript-5/bin/tsc',
  '6': 'typescript/bin/tsc6',
  '7': '@typescript/native/bin/tsc',
} as const;
export type TypeScriptVersion = keyof typeof typeScripts;

/** Values of the TypeScript option `module`, each with its module resolution. */
export const moduleKinds = {
  node16: { module: 'node16', moduleResolution: 'node16' },
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
} as const;
export type ModuleKind = keyof typeof moduleKinds;

const nodeTypes = /'@types\/node': (\S+)/.exec(readText('pnpm-workspace.yaml'))![1]!;
const { devDependencies: tools } = JSON.parse(readText('package.json')) as {
  devDependencies: Readonly<Record<string, string>>;
};

/** An empty project that installs packed packages, like an application. */
export class ConsumerProject {
  readonly #folder: string;
  readonly #tarballs: Tarballs;

  /** @param folder of the project, which must not exist */
  constructor(folder: string, tarballs: Tarballs) {
    this.#folder = folder;
    this.#tarballs = tarballs;
    mkdirSync(folder, { recursive: true });
  }

  write(name: string, text: string): void {
    const path = join(this.#folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /**
   * Installs packages. Packages of the workspace come from tarballs, others from the registry or its cache.
   *
   * @returns the output of a failed installation, or `undefined`
   */
  install(manager: PackageManager, names: readonly string[]): string | undefined {
    const overrides: Record<string, string> = {};
    for (const name of withDependencies(names))
      overrides[name] = `file:${this.#tarballs.of(packagesByName.get(name)!)}`;
    const dependencies = Object.fromEntries(names.map((name) => [name, overrides[name] ?? tools[name] ?? '*']));
    const manifest = { private: true, type: 'module', dependencies: { ...dependencies, '@types/node': nodeTypes } };
    const withOverrides = manager === 'npm' ? { ...manifest, overrides } : manifest;
    this.write('package.json', JSON.stringify(withOverrides, undefined, 2));
    if (manager === 'pnpm') this.write('pnpm-workspace.yaml', JSON.stringify({ packages: [], overrides }));
    const args = {
      npm: ['install', '--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'],
      pnpm: ['install', '--prefer-offline', '--no-lockfile', '--ignore-scripts', '--reporter=append-only'],
    };
    return failureOf(this.#spawn(manager, args[manager]));
  }

  /** Runs shell commands, such as those that make a certificate. Their effect is checked by the example that needs it. */
  runShell(commands: string): void {
    if (commands !== '') spawnSync(commands, { cwd: this.#folder, shell: true, stdio: 'ignore', timeout: 30_000 });
  }

  /** Runs a file with Node.js. @returns the lines that it printed, or its failure */
  run(file: string): readonly string[] {
    const result = this.#spawn(process.execPath, [file]);
    const failure = failureOf(result);
    return failure === undefined ? result.stdout.trimEnd().split('\n') : [failure];
  }

  /** Checks the types of the project and of all declarations that it uses. @returns the errors, or `undefined` */
  checkTypes(version: TypeScriptVersion, kind: ModuleKind): string | undefined {
    const config = {
      compilerOptions: {
        ...moduleKinds[kind],
        target: 'es2024',
        lib: ['es2024', 'esnext.disposable'],
        types: ['node'],
        strict: true,
        noEmit: true,
        skipLibCheck: false,
        allowImportingTsExtensions: true,
      },
      include: ['**/*.ts'],
    };
    const name = `tsconfig.${kind}.json`;
    this.write(name, JSON.stringify(config));
    const compiler = join(root, 'node_modules', typeScripts[version]);
    return failureOf(this.#spawn(process.execPath, [compiler, '-p', name]));
  }

  #spawn(command: string, args: readonly string[]): SpawnSyncReturns<string> {
    return spawnSync(command, args, {
      cwd: this.#folder,
      encoding: 'utf8',
      timeout: 120_000,
      shell: process.platform === 'win32' && command !== process.execPath,
    });
  }
}

const failureOf = ({ status, signal, stdout, stderr }: SpawnSyncReturns<string>): string | undefined =>
  status === 0 ? undefined : `exit code ${status ?? signal}\n${stdout}${stderr}`;
