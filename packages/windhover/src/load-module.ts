import { existsSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WebHost } from '@windhover/hosting';
import { ApplicationFormError } from './application-form-error.ts';
import { type ApplicationModule, exportOf } from './application-form.ts';
import { CommandError, exitCodes } from './command-error.ts';

/** Default module names; the first existing file is served. */
const defaultModules = ['app.ts', 'app.mts', 'app.js', 'app.mjs'];

const typescriptExtensions = new Set(['.ts', '.mts', '.cts']);

/**
 * Finds the file of a module.
 *
 * @param module as typed, relative to the directory; `undefined` to look for one of `app.ts`, `app.mts`, `app.js`,
 *   `app.mjs`
 * @returns an absolute path to a file
 * @throws CommandError
 */
export const findModule = (module: string | undefined, directory: string): string => {
  if (module === undefined) return findDefaultModule(directory);
  const path = resolve(directory, module);
  if (!existsSync(path)) throw new CommandError(`There is no module "${module}" in ${directory}.`);
  if (!statSync(path).isFile()) throw new CommandError(`"${module}" is not a file; name the module to serve.`);
  return path;
};

const findDefaultModule = (directory: string): string => {
  const found = defaultModules.map((name) => resolve(directory, name)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  const names = defaultModules.join(', ');
  throw new CommandError(
    `Name the module to serve: there is none of ${names} in ${directory}. See windhover --help.`,
    exitCodes.usage,
  );
};

/**
 * Imports a module for its application: the default export, or the export `fetch`.
 *
 * @param path absolute
 * @param name for messages
 * @returns `undefined` without an export because the module has run a host itself. In an object, because a promise would
 *   call the method `then` that a router with any method, such as one of itty-router, seems to have
 * @throws CommandError for an error of the module, in one sentence, and for a module without one of these exports or with
 *   both
 * @throws Error of Windhover, as the module throws it: it has a code and says what to do
 */
export const loadApplication = async (
  path: string,
  name: string,
): Promise<{ readonly application: unknown } | undefined> => {
  checkTypeScript(path, name);
  const application = applicationOf(await importModule(path, name), name);
  if (application === undefined && !WebHost.hasRun) {
    throw new CommandError(
      `${name} has no default export; write "export default (context) => { context.response.send('Hello'); }".`,
    );
  }
  return application === undefined ? undefined : { application };
};

const applicationOf = (module: ApplicationModule, name: string): unknown => {
  try {
    return exportOf(module);
  } catch (error) {
    throw error instanceof ApplicationFormError ? new CommandError(`${name}: ${error.message}.`) : error;
  }
};

const checkTypeScript = (path: string, name: string): void => {
  if (!typescriptExtensions.has(extname(path)) || process.features.typescript) return;
  throw new CommandError(
    `${name} is TypeScript, which Node.js ${process.versions.node} does not run by itself: use 22.18 or later, or set NODE_OPTIONS=--experimental-strip-types.`,
  );
};

/** Errors of a builder or a host, by name: the module may have loaded another copy of the package. */
const ownErrors: ReadonlySet<string> = new Set([
  'AddressError',
  'ConfigurationError',
  'DevCertsError',
  'HostError',
  'HttpError',
  'ServerError',
  'SupervisorError',
  'TlsError',
  'TransportError',
]);

const importModule = async (path: string, name: string): Promise<ApplicationModule> => {
  try {
    return (await import(pathToFileURL(path).href)) as ApplicationModule;
  } catch (error) {
    if (error instanceof Error && ownErrors.has(error.name)) throw error;
    throw new CommandError(`${name} could not be loaded: ${explained(error, name)}`, exitCodes.failed, {
      cause: error,
    });
  }
};

/** `a.ts` as `a.mts`, which Node.js always loads as an ES module. */
const esModuleName = (name: string): string => {
  const extension = extname(name);
  return `${name.slice(0, name.length - extension.length)}.m${extension.slice(1)}`;
};

/** The errors of Node.js for a file with import or export that its package.json makes a CommonJS module. */
const moduleSyntax = /^(?:Cannot use import statement outside a module|Unexpected token 'export')/;

/** Locations in Windhover itself are of no use. */
const ownFolder = new URL('.', import.meta.url).href;

/** The error in one line, with the location in the user's code, or how to find it. */
const explained = (error: unknown, name: string): string => {
  if (!(error instanceof Error)) return String(error);
  if (moduleSyntax.test(error.message) && error instanceof SyntaxError) {
    return `${String(error)}. It is an ES module, but the nearest package.json has "type": "commonjs"; run "npm pkg set type=module", or name the file ${esModuleName(name)}`;
  }
  const urls = (error.stack ?? '').match(/file:\/\/[^\s)]+/g) ?? [];
  const place = urls.find((url) => /:\d+$/.test(url) && !url.startsWith(ownFolder));
  if (place !== undefined) return `${String(error)} (${place})`;
  return error instanceof SyntaxError ? `${String(error)} ("node --check ${name}" shows where)` : String(error);
};
