import { HttpProblem } from '../problem/http-problem.ts';
import type { SchemaIssue, StandardSchema } from './standard-schema.ts';

/** Issues that an answer lists; a client that sends a large array of wrong values gets no longer answer. */
const maxIssues = 100;

/**
 * The value as the schema gives it.
 *
 * @throws HttpProblem 400 with the member `errors`: for each path, such as `items[0].name`, its messages. The path of the
 *   value itself is empty
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
  // `fromEntries` defines members, so a key named after a prototype is one like others.
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
