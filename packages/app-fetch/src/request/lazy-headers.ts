import { type HttpFields, isToken } from '@windhover/http';
import { forwardMembers } from './forward-members.ts';

/**
 * Headers that look single fields up in the received section. Everything else, changes too, needs the platform's Headers; it
 * also throws for names that are not tokens.
 */
export class LazyHeaders {
  readonly #fields: HttpFields;
  readonly #make: () => Headers;
  #platform: Headers | undefined;

  /** @param make returns the platform's Headers with the same fields */
  constructor(fields: HttpFields, make: () => Headers) {
    this.#fields = fields;
    this.#make = make;
  }

  get(name: string): string | null {
    if (this.#platform !== undefined || !isToken(name)) return this.#toPlatform().get(name);
    return this.#fields.get(name) ?? null;
  }

  has(name: string): boolean {
    if (this.#platform !== undefined || !isToken(name)) return this.#toPlatform().has(name);
    return this.#fields.has(name);
  }

  #toPlatform(): Headers {
    return (this.#platform ??= this.#make());
  }

  static {
    forwardMembers(this.prototype, Headers.prototype, (headers) => headers.#toPlatform());
    Object.setPrototypeOf(this.prototype, Headers.prototype);
  }
}
