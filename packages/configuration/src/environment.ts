import type { ConfigurationLayer, TextAssignment } from './layer.ts';

/** Environment variables, like `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A layer of the variables with a prefix. `__` separates the parts of a key; case and single underscores do not matter.
 * With the prefix `WINDHOVER_`, `WINDHOVER_SERVER__DATE_HEADER` sets `server.dateHeader`. An empty variable counts as
 * not set.
 *
 * Source: ASP.NET Core `AddEnvironmentVariables`
 */
export const environmentVariables = (prefix: string, variables: Environment = process.env): ConfigurationLayer =>
  textLayer(() => {
    const given = Object.entries(variables).filter(([name]) => name.startsWith(prefix));
    return given.map(([variable, text]) => ({ variable, text, path: variable.slice(prefix.length).split('__') }));
  });

/**
 * A layer of single variables: `{ PORT: 'httpPorts' }`. An empty variable counts as not set.
 *
 * @param keys the key for each variable, parts separated by dots
 */
export const namedVariables = (
  keys: Readonly<Record<string, string>>,
  variables: Environment = process.env,
): ConfigurationLayer =>
  textLayer(() =>
    Object.entries(keys).map(([variable, key]) => ({ variable, text: variables[variable], path: key.split('.') })),
  );

interface Variable {
  readonly variable: string;
  readonly text: string | undefined;
  readonly path: readonly string[];
}

const textLayer = (read: () => Variable[]): ConfigurationLayer => ({
  read: () => {
    const assignments: TextAssignment[] = [];
    for (const { variable, text, path } of read()) {
      if (text) assignments.push({ path, text, source: { kind: 'environment', variable } });
    }
    return Promise.resolve(assignments.length === 0 ? undefined : { assignments });
  },
});
