export type { CheckRules, RuleCheck } from './binding.ts';
export { parseByteSize } from './byte-size.ts';
export { codeValues } from './code-values.ts';
export { commandLine } from './command-line.ts';
export { Configuration, type EffectiveValue } from './configuration.ts';
export type { Delay } from './delay.ts';
export { parseDuration } from './duration.ts';
export { type Environment, environmentVariables, namedVariables } from './environment.ts';
export {
  ConfigurationError,
  type ConfigurationErrorCode,
  type ConfigurationProblem,
  configurationErrors,
  formatProblem,
} from './errors.ts';
export type { WatchFolder } from './folder-watch.ts';
export { type JsonFileOptions, jsonFile } from './json-file.ts';
export { type KeyPath, formatKey } from './key-path.ts';
export type { ConfigurationLayer, LayerContent, TextAssignment } from './layer.ts';
export { LiveConfiguration, type LiveConfigurationHandlers } from './live-configuration.ts';
export { type ConfigurationOptions, loadConfiguration } from './load-configuration.ts';
export type { ArrayNode, ConfigurationNode, FlagNode, ObjectNode, Scalar, ScalarNode } from './node.ts';
export { isSameKey } from './spelling.ts';
export type { BrokenRule } from './problem-report.ts';
export { type ValueSource, describeSource } from './value-source.ts';
export type { WatchOptions } from './watched-files.ts';
export type { OtherNames } from './unknown-key.ts';
