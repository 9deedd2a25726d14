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
import { type CodeSettings, nodeEnvironment, settingsOfCode } from './code-settings.ts';
import { defaultSettings } from './default-settings.ts';
import { otherNames, otherVariableWarnings } from './other-names.ts';
import type { HostSettings, NoSections, Sections, SettingsWith } from './schema.ts';
import { defaultFile, environmentFilePath, isSettingVariable, rootFolder, variablePrefix } from './settings-places.ts';
import { checkSettings } from './settings-rules.ts';

/** Sources of the settings of a host. */
export interface SettingsSources<S extends Sections> {
  /** Command line arguments, without program and module. Default none. */
  readonly args?: readonly string[];
  /** Environment variables. Default those of the process. */
  readonly environment?: Environment;
  /** Values set in code; all other sources override them. */
  readonly code?: CodeSettings;
  /** A file that replaces `windhover.json`; it must exist. */
  readonly file?: string | undefined;
  /** Schemas of the application's top-level keys. */
  readonly sections?: S;
  /**
   * Whether undeclared top-level keys are accepted, which an application may declare; they count as secret. Default
   * false.
   */
  readonly takesOthers?: boolean;
  /** Whether the schema is loaded even if only code sets values, so that every source is known. */
  readonly always?: boolean;
}

/** Where a host runs, and the sources of its configuration. */
export interface SettingsPlan<S extends Sections> {
  /** Options for `loadConfiguration` and `LiveConfiguration`. */
  readonly options: ConfigurationOptions<GenericSchema<unknown, SettingsWith<S>>>;
  /** Values set in code, and `NODE_ENV`. */
  readonly code: CodeSettings;
  /** Name of the environment, unchanged. */
  readonly environment: string;
  /** Absolute path. */
  readonly contentRoot: string;
  /** One sentence for each variable of another server that is set and ignored. */
  readonly warnings: readonly string[];
}

/**
 * Determines where the host runs and which sources to read. Later ones override earlier ones: code, `windhover.json`,
 * `windhover.{environment}.json`, `PORT`, variables with `WINDHOVER_`, the command line. The code that reads and checks
 * values is not loaded.
 */
export const planSettings = async <S extends Sections = NoSections>(
  sources: SettingsSources<S> = {},
): Promise<SettingsPlan<S>> => {
  const { args = [], environment: variables = process.env, code = {}, file = defaultFile } = sources;
  const outer = [
    namedVariables({ PORT: 'httpPorts' }, variables),
    environmentVariables(variablePrefix, settingsAmong(variables)),
    commandLine(args),
  ];
  const early = await earlyText(outer);
  const node = nodeEnvironment(variables);
  const environment = early('environment') ?? node.environment ?? code.environment ?? defaultSettings.environment;
  const contentRoot = rootFolder(early('contentRoot') ?? code.contentRoot);
  const files = [
    jsonFile(file, { folder: contentRoot, required: sources.file !== undefined }),
    ...environmentFile(file, environment, contentRoot),
  ];
  const inner = [codeValues(code), codeValues(node, 'environment variable NODE_ENV')];
  const said = { ...code, ...node };
  const options = optionsOf([...inner, ...files, ...outer], sources, said);
  return { options, code: said, environment, contentRoot, warnings: otherVariableWarnings(variables) };
};

const optionsOf = <S extends Sections>(
  layers: readonly ConfigurationLayer[],
  { sections, takesOthers, always = false }: SettingsSources<S>,
  code: CodeSettings,
): SettingsPlan<S>['options'] => {
  // Only the schema of a section knows its defaults.
  const needsSchema = always || sections !== undefined;
  return {
    layers,
    schema: async () => {
      const { settingsSchema } = await import('./schema.ts');
      return settingsSchema(sections ?? ({} as S), takesOthers);
    },
    check: (values, check) => checkSettings(values as HostSettings, check),
    otherNames,
    ...(!needsSchema && { ifEmpty: settingsOfCode(code) as SettingsWith<S> }),
  };
};

const settingsAmong = (variables: Environment): Environment =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => isSettingVariable(name)));

/** Reads single top-level keys before a schema is available. */
const earlyText = async (layers: readonly ConfigurationLayer[]): Promise<(key: string) => string | undefined> => {
  const contents = await Promise.all(layers.map((layer) => layer.read()));
  const assignments = contents.flatMap((content) => content?.assignments ?? []);
  return (key) => assignments.findLast(({ path }) => path.length === 1 && isSameKey(path[0]!, key))?.text;
};

/** Empty for an environment whose name cannot be part of a file name. */
const environmentFile = (file: string, environment: string, folder: string): ConfigurationLayer[] => {
  const path = environmentFilePath(file, environment);
  return path === undefined ? [] : [jsonFile(path, { folder })];
};
