import { basename, dirname, extname, join, resolve } from 'node:path';
import {
  type ConfigurationLayer,
  type ConfigurationOptions,
  type Environment,
  codeValues,
  commandLine,
  environmentVariables,
  isSameKey,
  jsonFile,
  namedVariables,
} from '@windhover/configuration';
import type { GenericSchema } from 'valibot';
import { type CodeSettings, settingsOfCode } from './code-settings.ts';
import { defaultSettings } from './default-settings.ts';
import type { HostSettings, NoSections, Sections, SettingsWith } from './schema.ts';
import { checkSettings } from './settings-rules.ts';

/** What the settings of a host are read from. */
export interface SettingsSources<S extends Sections> {
  /** Arguments of the command line, without program and module. Default none. */
  readonly args?: readonly string[];
  /** Default that of the process. */
  readonly environment?: Environment;
  /** What the program itself says; everything else goes before it. */
  readonly code?: CodeSettings;
  /** A file in the place of `windhover.json`; it has to exist. */
  readonly file?: string | undefined;
  /** Keys at the top that are the application's, each with its schema. */
  readonly sections?: S;
  /** Reads and checks by the schema even if only the program says something, so that every source is known. */
  readonly always?: boolean;
}

/** Where a host runs, and from what it is configured. */
export interface SettingsPlan<S extends Sections> {
  /** For `loadConfiguration` and `LiveConfiguration`. */
  readonly options: ConfigurationOptions<GenericSchema<unknown, SettingsWith<S>>>;
  /** As it was given. */
  readonly environment: string;
  /** Absolute. */
  readonly contentRoot: string;
}

/**
 * Finds out where the host runs, and with it what is to be read, each covering the one before: the program, its
 * `windhover.json` and `windhover.{environment}.json`, `NODE_ENV` and `PORT`, variables with `WINDHOVER_`, the command
 * line. Nothing that reads or checks values is loaded.
 */
export const planSettings = async <S extends Sections = NoSections>(
  sources: SettingsSources<S> = {},
): Promise<SettingsPlan<S>> => {
  const { args = [], environment: variables = process.env, code = {}, file = 'windhover.json' } = sources;
  const outer = [
    namedVariables({ NODE_ENV: 'environment', PORT: 'httpPorts' }, variables),
    environmentVariables('WINDHOVER_', settingsAmong(variables)),
    commandLine(args),
  ];
  const early = await earlyText(outer);
  const environment = early('environment') ?? code.environment ?? defaultSettings.environment;
  const contentRoot = resolve(early('contentRoot') ?? code.contentRoot ?? defaultSettings.contentRoot);
  const files = [
    jsonFile(file, { folder: contentRoot, required: sources.file !== undefined }),
    ...environmentFile(file, environment, contentRoot),
  ];
  return { options: optionsOf([codeValues(code), ...files, ...outer], sources), environment, contentRoot };
};

const optionsOf = <S extends Sections>(
  layers: readonly ConfigurationLayer[],
  { code = {}, sections, always = false }: SettingsSources<S>,
): SettingsPlan<S>['options'] => {
  // A section may have defaults of its own, which only its schema knows.
  const needsSchema = always || sections !== undefined;
  return {
    layers,
    schema: async () => {
      const { settingsSchema } = await import('./schema.ts');
      return settingsSchema(sections ?? ({} as S));
    },
    check: (values, check) => checkSettings(values as HostSettings, check),
    ...(!needsSchema && { ifEmpty: settingsOfCode(code) as SettingsWith<S> }),
  };
};

/** Variables with our prefix that are no settings. */
const otherVariables: ReadonlySet<string> = new Set(['WINDHOVER_THREAD', 'WINDHOVER_DEV_CERTS']);

const settingsAmong = (variables: Environment): Environment =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => !otherVariables.has(name)));

/** Reads single keys at the top before there is a schema. */
const earlyText = async (layers: readonly ConfigurationLayer[]): Promise<(key: string) => string | undefined> => {
  const contents = await Promise.all(layers.map((layer) => layer.read()));
  const assignments = contents.flatMap((content) => content?.assignments ?? []);
  return (key) => assignments.findLast(({ path }) => path.length === 1 && isSameKey(path[0]!, key))?.text;
};

/** `windhover.production.json`, in small letters; none for a name that cannot stand in that of a file. */
const environmentFile = (file: string, environment: string, folder: string): ConfigurationLayer[] => {
  if (!/^[\w-][\w.-]*$/.test(environment)) return [];
  const extension = extname(file);
  const name = `${basename(file, extension)}.${environment.toLowerCase()}${extension}`;
  return [jsonFile(join(dirname(file), name), { folder })];
};
