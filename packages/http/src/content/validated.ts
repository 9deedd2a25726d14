import { HttpProblem } from '../problem/http-problem.ts';
import type { SchemaIssue, StandardSchema } from './standard-schema.ts';

/** Maximum number of issues in a response, so that a large array of invalid values does not cause a large response. */
const maxIssues = 100;

/**
 * Validates a value and returns the output of the schema.
 *
 * @throws HttpProblem 400 with the member `errors`: the messages by path, e.g. `items[0].name`. The path of the value
 *   itself is empty
 * Source: ASP.NET Core `ValidationProblemDetails`
 */
export const validated = async <Output>(schema: StandardSchema<Output>, value: unknown): Promise<Output> => {
  const result = await schema['~standard'].validate(value);
  if (result.issues === undefined) return result.value;
  const errors = errorsByPath(result.issues.slice(0, maxIssues));
  throw new HttpProblem(400, { title: 'The request content is not valid', extensions: { errors } });
};

const errorsByPath = (issues: readonly SchemaIssue[]): Record<string, string[]> => {
  const errors = new Map<string, string[]>();
  for (const { path = [], message } of issues) {
    const key = pathText(path);
    const messages = errors.get(key);
    if (messages === undefined) errors.set(key, [message]);
    else messages.push(message);
  }
  // `fromEntries` defines own properties, so a key such as `__proto__` is safe.
  return Object.fromEntries(errors);
};

const pathText = (path: NonNullable<SchemaIssue['path']>): string => {
  let text = '';
  for (const segment of path) {
    const key = typeof segment === 'object' ? segment.key : segment;
    if (typeof key === 'number') text += `[${key}]`;
    else text += text === '' ? String(key) : `.${String(key)}`;
  }
  return text;
};
