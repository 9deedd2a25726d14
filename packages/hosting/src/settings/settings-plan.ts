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
  /** Accepts undeclared keys at the top, which an application may declare; they count as secret. Default false. */
  readonly takesOthers?: boolean;
  /** Reads and checks by the schema even if only the program says something, so that every source is known. */
  readonly always?: boolean;
}

/** Where a host runs, and from what it is configured. */
export interface SettingsPlan<S extends Sections> {
  /** For `loadConfiguration` and `LiveConfiguration`. */
  readonly options: ConfigurationOptions<GenericSchema<unknown, SettingsWith<S>>>;
  /** What the program says, and `NODE_ENV`. */
  readonly code: CodeSettings;
  /** As it was given. */
  readonly environment: string;
  /** Absolute. */
  readonly contentRoot: string;
  /** Variables of other servers that are set and not read, each a sentence. */
  readonly warnings: readonly string[];
}

/**
 * Finds out where the host runs, and with it what is to be read, each covering the one before: the program, its
 * `windhover.json` and `windhover.{environment}.json`, `PORT`, variables with `WINDHOVER_`, the command line. Nothing
 * that reads or checks values is loaded.
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
  // A section may have defaults of its own, which only its schema knows.
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

/** Reads single keys at the top before there is a schema. */
const earlyText = async (layers: readonly ConfigurationLayer[]): Promise<(key: string) => string | undefined> => {
  const contents = await Promise.all(layers.map((layer) => layer.read()));
  const assignments = contents.flatMap((content) => content?.assignments ?? []);
  return (key) => assignments.findLast(({ path }) => path.length === 1 && isSameKey(path[0]!, key))?.text;
};

/** None for an environment whose name cannot stand in that of a file. */
const environmentFile = (file: string, environment: string, folder: string): ConfigurationLayer[] => {
  const path = environmentFilePath(file, environment);
  return path === undefined ? [] : [jsonFile(path, { folder })];
};
