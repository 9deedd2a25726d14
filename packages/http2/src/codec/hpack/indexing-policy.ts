import { staticNameIndex } from './static-table.ts';

/** Compression of fields with one name. */
export interface FieldPolicy {
  /** The static entry that gives the name, or 0. */
  readonly nameIndex: number;
  readonly indexing: Indexing;
}

export const Indexing = {
  /** Literal that must not enter any table, including those of proxies (RFC 7541 7.1.3). */
  never: 0,
  /** Literal, because values of these names rarely repeat. */
  none: 1,
  /** Added to the table when a value repeats. */
  onRepeat: 2,
  /** Added to the table at once: few values, often repeated. */
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

/** Applications use a few dozen names. More than this are generated names, which are not cached. */
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
