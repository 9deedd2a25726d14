import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CommandError } from './command-error.ts';
import { takeSetting, usageError } from './command-line.ts';

/** The parsed arguments of `windhover init`. */
export interface InitCommandLine {
  /** The folder as typed; `undefined` without one. */
  readonly folder: string | undefined;
  /** Name of the project; `undefined` for the name of the folder. */
  readonly name: string | undefined;
  readonly help: boolean;
}

/**
 * Parses the arguments of `windhover init`.
 *
 * @throws CommandError with exit code 2
 */
export const parseInitCommandLine = (args: readonly string[]): InitCommandLine => {
  const folders: string[] = [];
  let name: string | undefined;
  let help = false;
  const left = [...args];
  for (let argument = left.shift(); argument !== undefined; argument = left.shift()) {
    if (argument === '--help' || argument === '-h') help = true;
    else if (argument === '--name' || argument.startsWith('--name=')) name = nameOf(argument, left);
    else if (argument.startsWith('-') && argument !== '--verbose') {
      throw usageError(`Unknown option ${JSON.stringify(argument)}`);
    } else if (argument !== '--verbose') folders.push(argument);
  }
  if (folders.length > 1) throw usageError(`init creates only one folder; remove ${JSON.stringify(folders[1])}`);
  return { folder: folders[0], name, help };
};

const nameOf = (argument: string, left: string[]): string => {
  const [option, ...value] = takeSetting(argument, left).join('=').split('=');
  if (value.length === 0) throw usageError(`${option} takes a name`);
  return value.join('=');
};

/** Runs `windhover init`: writes a project that can be started, tested and deployed. */
export const run = async (args: readonly string[]): Promise<void> => {
  const { folder, name: given, help } = parseInitCommandLine(args);
  if (help) return void process.stdout.write(initHelpText);
  if (folder === undefined) throw usageError('init takes the folder to create, e.g. windhover init demo');
  const path = resolve(folder);
  const name = given ?? basename(path);
  checkName(name);
  await checkEmpty(path, folder);
  const files = await writeProject(path, { name, version: await ownVersion() });
  process.stdout.write(report(folder, files));
};

const longestName = 50;

/**
 * The name is used for a package, a systemd unit, an image and a Kubernetes label, which has the strictest rule (RFC
 * 1123).
 */
const checkName = (name: string): void => {
  if (/^[a-z][a-z\d-]*$/.test(name) && !name.endsWith('-') && name.length <= longestName) return;
  throw usageError(
    `${JSON.stringify(name)} cannot be the name of a project: it takes lower-case letters, digits and "-", begins with ` +
      `a letter and has at most ${longestName} characters; give another one with --name`,
  );
};

const checkEmpty = async (path: string, folder: string): Promise<void> => {
  let names: string[];
  try {
    names = await readdir(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    if (code === 'ENOTDIR') throw new CommandError(`${JSON.stringify(folder)} is a file; name a folder.`);
    throw new CommandError(`${JSON.stringify(folder)} cannot be read: ${code ?? String(cause)}.`, 1, { cause });
  }
  const [first, ...others] = names.filter((name) => name !== '.git');
  if (first === undefined) return;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  throw new CommandError(
    `${JSON.stringify(folder)} is not empty: it has ${JSON.stringify(first)}${more}. Name a folder that is empty or does not exist.`,
  );
};

/**
 * Each file of the project with its template. Templates end in .txt, because packed packages lose files such as
 * .gitignore.
 */
const filesOf = (name: string): Readonly<Record<string, string>> => ({
  'package.json': 'package.json.txt',
  'tsconfig.json': 'tsconfig.json.txt',
  '.gitignore': 'gitignore.txt',
  'README.md': 'README.md.txt',
  'src/app.ts': 'src/app.ts.txt',
  'test/app.test.ts': 'test/app.test.ts.txt',
  Dockerfile: 'Dockerfile.txt',
  '.dockerignore': 'dockerignore.txt',
  [`deploy/${name}.socket`]: 'deploy/app.socket.txt',
  [`deploy/${name}.service`]: 'deploy/app.service.txt',
  'deploy/kubernetes.yaml': 'deploy/kubernetes.yaml.txt',
});

const packageRoot = new URL('../', import.meta.url);

/**
 * Fills in the templates and writes them. An existing file is never replaced. @returns the files, relative to the
 * folder
 */
const writeProject = async (
  folder: string,
  values: Readonly<Record<'name' | 'version', string>>,
): Promise<readonly string[]> => {
  const written: string[] = [];
  for (const [file, template] of Object.entries(filesOf(values.name))) {
    const text = await readFile(new URL(`templates/project/${template}`, packageRoot), 'utf8');
    const filled = text.replaceAll(/\{\{(name|version)\}\}/g, (_, key: 'name' | 'version') => values[key]);
    try {
      await writeNew(join(folder, file), filled);
    } catch (cause) {
      throw notWritten(join(folder, file), written.length, cause);
    }
    written.push(file);
  }
  return written;
};

const writeNew = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { flag: 'wx' });
};

const notWritten = (path: string, written: number, cause: unknown): CommandError => {
  const { code } = cause as NodeJS.ErrnoException;
  const rest =
    written === 0 ? 'Nothing was written.' : `The ${written} files written before it are incomplete; remove them.`;
  return new CommandError(`${JSON.stringify(path)} cannot be written: ${code ?? String(cause)}. ${rest}`, 1, { cause });
};

const ownVersion = async (): Promise<string> => {
  const manifest = await readFile(new URL('package.json', packageRoot), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
};

const report = (folder: string, files: readonly string[]): string => `Wrote ${files.length} files to ${folder}:
${files.map((file) => `  ${file}\n`).join('')}
Next:
${folder === '.' ? '' : `  cd ${/^[\w./-]+$/.test(folder) ? folder : JSON.stringify(folder)}\n`}  npm install
  npm start       serves on http://localhost:5000
  npm test
`;

/** Text of `windhover init --help`. */
export const initHelpText = `Usage: windhover init <folder> [options]

Writes a project to a folder that is empty or does not exist: an application in
TypeScript, its tests, and the files to deploy it as a container, as a service of
systemd with socket activation, and to Kubernetes.

Options:
      --name <name>  name of the project: lower-case letters, digits and "-"
                     (default: the name of the folder)
  -h, --help         show this

Example:
  windhover init demo && cd demo && npm install && npm start
`;
