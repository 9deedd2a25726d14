import { isIP } from 'node:net';

/** RFC 1035 section 2.3.1 (with underscore, which is in use), RFC 5890: labels of letters, digits and hyphens. */
const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** Whether a text is a valid server name (RFC 6066 section 3): not an address, without a final dot. */
export const isServerName = (name: string): boolean =>
  name.length <= 253 && isIP(name) === 0 && name.split('.').every((part) => label.test(part));

/**
 * Finds the entry of a name: an exact match, then the wildcard with the longest suffix, then `*`. `*.example.com`
 * matches all names below it, at any depth, and not `example.com`.
 *
 * Source: Kestrel `SniOptionsSelector`
 */
export class ServerNames<T> {
  readonly #exact = new Map<string, T>();
  /** By the part after `*.`. */
  readonly #wildcards = new Map<string, T>();
  #rest: T | undefined;

  /** @throws RangeError if a key is neither a name, nor `*.` and a name, nor `*`, or if two keys differ only in case */
  constructor(entries: Iterable<readonly [string, T]>) {
    for (const [key, value] of entries) this.#add(key.toLowerCase(), value);
  }

  #add(key: string, value: T): void {
    if (key === '*') {
      this.#rest = value;
      return;
    }
    const isWildcard = key.startsWith('*.');
    const name = isWildcard ? key.slice(2) : key;
    const known = isWildcard ? this.#wildcards : this.#exact;
    if (!isServerName(name))
      throw new RangeError(
        `names: a key must be a name such as example.com, *.example.com or *; received ${JSON.stringify(key)}.`,
      );
    if (known.has(name)) throw new RangeError(`names: ${JSON.stringify(key)} is given twice.`);
    known.set(name, value);
  }

  /** @param name as sent by the client; `undefined` if it sent none, which only `*` matches */
  find(name: string | undefined): T | undefined {
    if (name === undefined) return this.#rest;
    const lower = name.toLowerCase();
    return this.#exact.get(lower) ?? this.#findWildcard(lower) ?? this.#rest;
  }

  #findWildcard(name: string): T | undefined {
    if (this.#wildcards.size === 0 || !isServerName(name)) return undefined;
    for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
      const value = this.#wildcards.get(name.slice(dot + 1));
      if (value !== undefined) return value;
    }
    return undefined;
  }
}
