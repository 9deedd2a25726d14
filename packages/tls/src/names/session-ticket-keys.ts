import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { type OptionRules, checkAboveZero, resolveOptions } from '@windhover/connections';

/** Name, HMAC key and AES key, 16 bytes each. */
const size = 48;

const checked = (keys: Uint8Array): Buffer => {
  if (keys.length !== size)
    throw new RangeError(`Session ticket keys must have ${size} bytes; received ${keys.length}.`);
  return Buffer.from(keys);
};

/** Options of `SessionTicketKeys`. */
export interface SessionTicketKeysOptions {
  /** 48 bytes, the same in all processes that share sessions. Default: random keys. */
  readonly keys?: Uint8Array | undefined;
  /** Milliseconds after which random keys are replaced. Given keys stay until `set` is called. */
  readonly rotationInterval?: number | undefined;
}

export const defaultRotationInterval = 12 * 60 * 60 * 1000;

const ticketKeysDefaults = { rotationInterval: defaultRotationInterval };

const ticketKeysRules = {
  kinds: { keys: 'any' },
  instead: { key: 'keys', ticketKeys: 'keys' },
} as const satisfies OptionRules;

/**
 * The keys that encrypt session tickets. Endpoints that share this object resume each other's sessions if they have the
 * same certificate and the same rules for client certificates. A client with a ticket of earlier keys makes a full
 * handshake.
 *
 * Source: RFC 5077 section 5.5, RFC 8446 appendix C.4
 */
export class SessionTicketKeys {
  readonly #rotationInterval: number;
  #keys: Buffer | undefined;
  #madeAt: number | undefined;
  #isGiven: boolean;
  #generation = 0;

  /**
   * @throws TypeError if an option is unknown
   * @throws RangeError if keys are not 48 bytes, or the interval is not above 0
   */
  constructor(given: SessionTicketKeysOptions = {}) {
    const { keys, rotationInterval } = resolveOptions('SessionTicketKeys', ticketKeysDefaults, given, ticketKeysRules);
    checkAboveZero('rotationInterval', rotationInterval);
    this.#rotationInterval = rotationInterval;
    this.#keys = keys === undefined ? undefined : checked(keys);
    this.#isGiven = keys !== undefined;
  }

  /**
   * Replaces the keys, e.g. with the keys of another process. Afterwards only `set` changes them.
   *
   * @throws RangeError if they are not 48 bytes
   */
  set(keys: Uint8Array): void {
    this.#keys = checked(keys);
    this.#isGiven = true;
    this.#generation++;
  }

  /** Incremented when the keys change. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * The current keys. Random keys that are too old are replaced first.
   *
   * @param now milliseconds of a monotonic clock; `undefined` before the first connection
   */
  current(now?: number): Buffer {
    if (this.#isGiven) return this.#keys!;
    this.#madeAt ??= now;
    if (this.#keys === undefined || this.#isOld(now)) {
      this.#keys = randomBytes(size);
      this.#madeAt = now;
      this.#generation++;
    }
    return this.#keys;
  }

  #isOld(now: number | undefined): boolean {
    return now !== undefined && this.#madeAt !== undefined && now - this.#madeAt >= this.#rotationInterval;
  }
}
