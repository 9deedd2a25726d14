import { join } from 'node:path';
import type { WorkspacePackage } from '../graph/workspace-packages.ts';
import {
  ConsumerProject,
  type ModuleKind,
  type PackageManager,
  type TypeScriptVersion,
  moduleKinds,
  typeScripts,
} from './consumer-project.ts';
import { readmeExample } from './readme-example.ts';
import { tarballProblems } from './tarball-problems.ts';
import type { Tarballs } from './tarballs.ts';

/**
 * Installs a package into an empty project with only the packages that its README lists, runs the first example of the
 * README, and checks the types of the example and of all declarations.
 *
 * @param folder a folder for the projects
 * @returns one text for each problem
 */
export const checkPackage = async (
  each: WorkspacePackage,
  { folder, tarballs, managers }: { folder: string; tarballs: Tarballs; managers: readonly PackageManager[] },
): Promise<readonly string[]> => [
  ...(await tarballProblems(tarballs.of(each))),
  ...managers.flatMap((manager) =>
    installedProblems(new ConsumerProject(join(folder, each.folder, manager), tarballs), each, manager).map(
      (problem) => `${manager}: ${problem}`,
    ),
  ),
];

const installedProblems = (
  project: ConsumerProject,
  { folder, manifest }: WorkspacePackage,
  manager: PackageManager,
): string[] => {
  const example = readmeExample(folder);
  const failure = project.install(manager, example.packages);
  if (failure !== undefined) return [`the installation failed: ${failure}`];
  const file = `examples/example.${example.language}`;
  project.write(file, example.code);
  if (example.output.length > 0) project.runShell(example.preparation);
  // Every declaration of the package, also those that the example does not use.
  project.write('every-export.ts', `export * from '${manifest.name}';\n`);
  const errors = project.checkTypes('7', 'nodenext');
  return [...outputProblems(project, file, example.output), ...(errors === undefined ? [] : [errors])];
};

/** An example that prints nothing is a module for the command or a test runner, or a fragment. */
const outputProblems = (project: ConsumerProject, file: string, output: readonly string[]): string[] => {
  if (output.length === 0) return [];
  const printed = project.run(file);
  return printed.join('\n') === output.join('\n') ? [] : [`the example printed ${JSON.stringify(printed)}`];
};

/**
 * Installs packages together and checks their declarations with every supported TypeScript version and module kind.
 *
 * @returns one text for each problem
 */
export const checkDeclarations = (
  packages: readonly WorkspacePackage[],
  { folder, tarballs }: { folder: string; tarballs: Tarballs },
): readonly string[] => {
  const project = new ConsumerProject(join(folder, 'declarations'), tarballs);
  const failure = project.install(
    'npm',
    packages.flatMap((each) => [each.manifest.name, ...readmeExample(each.folder).packages]),
  );
  if (failure !== undefined) return [`the installation failed: ${failure}`];
  for (const { folder: name, manifest } of packages) {
    project.write(`${name}.ts`, `export * from '${manifest.name}';\n`);
  }
  return (Object.keys(typeScripts) as TypeScriptVersion[]).flatMap((version) =>
    (Object.keys(moduleKinds) as ModuleKind[]).flatMap((kind) => {
      const errors = project.checkTypes(version, kind);
      return errors === undefined ? [] : [`TypeScript ${version}, ${kind}: ${errors}`];
    }),
  );
};
