import type { KeyPath } from './key-path.ts';
import { type Schema, childrenOf, marksOf } from './shape.ts';
import { foldedKey } from './spelling.ts';

/** The text that replaces a secret. */
export const mask = '***';

/** Names of keys, without dashes and in lower case, that are secret regardless of their schema. */
const secretNames = [
  'password',
  'passwd',
  'pwd',
  'passphrase',
  'secret',
  'token',
  'credential',
  'apikey',
  'accesskey',
  'privatekey',
  'secretkey',
  'signingkey',
  'encryptionkey',
  'connectionstring',
];

/** Whether the name of a key marks a secret: `password`, `DB_PASSWORD`, `apiKeys`; not `keyPath` or `passwordFile`. */
const isSecretName = (name: string): boolean => {
  const folded = foldedKey(name);
  return secretNames.some((ending) => folded.endsWith(ending) || folded.endsWith(`${ending}s`));
};

/** Whether the value at a path, or an object around it, is secret: by the name of a key or by a mark in the schema. */
export const isSecretAt = (schema: Schema | undefined, path: KeyPath): boolean =>
  path.some((part) => typeof part === 'string' && isSecretName(part)) ||
  (schema !== undefined && isMarkedAt(schema, path));

const isMarkedAt = (schema: Schema, path: KeyPath): boolean => {
  if (marksOf(schema).secret) return true;
  const [part, ...rest] = path;
  return part !== undefined && childrenOf(schema, part).some((child) => isMarkedAt(child, rest));
};

/**
 * Text without the password in a URL or a connection string: `postgres://shop:***@db/orders`, `?password=***`,
 * `Server=db;Password=***`. A password may contain `@`: the last one ends it, as in a URL.
 */
const withoutPasswords = (text: string): string =>
  text
    .replaceAll(/(:\/\/[^\s/:@"]{0,256}:)[^\s/"]{1,1024}@/g, `$1${mask}@`)
    .replaceAll(/((?:^|[?&;])\s{0,8}([\w .-]{1,64})=)[^&;"]+/g, (pair: string, start: string, name: string) =>
      isSecretName(name.trim()) ? start + mask : pair,
    );

/** A value as it may be displayed: without secrets, and without passwords in URLs. */
export const shownValue = (value: unknown): unknown => {
  if (typeof value === 'string') return withoutPasswords(value);
  if (Array.isArray(value)) return value.map(shownValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, isSecretName(key) ? mask : shownValue(part)]),
  );
};

/** A command line argument with its value masked if it is a secret: `password=***`. */
export const shownArgument = (argument: string): string => {
  const [name = '', ...value] = argument.split('=');
  const isSecret = value.length > 0 && name.split(/[.:]/).some(isSecretName);
  return isSecret ? `${name}=${mask}` : withoutPasswords(argument);
};
