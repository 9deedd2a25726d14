import { staticNameIndex } from './static-table.ts';

/** How fields with one name are compressed. */
export interface FieldPolicy {
  /** The static entry that gives the name, or 0. */
  readonly nameIndex: number;
  readonly indexing: Indexing;
}

export const Indexing = {
  /** Literal that no table may keep, here or behind a proxy (RFC 7541 7.1.3). */
  never: 0,
  /** Literal: the values of these names hardly ever come again. */
  none: 1,
  /** Into the table when a value comes again. */
  onRepeat: 2,
  /** Into the table at once: one of few values, again and again. */
  always: 3,
} as const;

export type Indexing = (typeof Indexing)[keyof typeof Indexing];

const names: Readonly<Record<Exclude<keyof typeof Indexing, 'onRepeat'>, readonly string[]>> = {
  never: ['set-cookie', 'authorization', 'proxy-authorization', 'cookie', 'authentication-info'],
  none: [
    'age',
    'content-length',
    'content-range',
    'etag',
    'expires',
    'last-modified',
    'location',
    'traceparent',
    'x-request-id',
  ],
  always: ['content-type', 'date', 'server'],
};

/** Applications use a few dozen names; past this number one makes up names, and those are not kept. */
const cacheSize = 1024;

const policies = new Map<string, FieldPolicy>();

for (const [indexing, members] of Object.entries(names)) {
  for (const name of members) {
    policies.set(name, { nameIndex: staticNameIndex(name), indexing: Indexing[indexing as keyof typeof names] });
  }
}

/** @param name in lower case */
export const policyFor = (name: string): FieldPolicy => policies.get(name) ?? newPolicy(name);

const newPolicy = (name: string): FieldPolicy => {
  const policy = { nameIndex: staticNameIndex(name), indexing: Indexing.onRepeat };
  if (policies.size < cacheSize) policies.set(name, policy);
  return policy;
};
