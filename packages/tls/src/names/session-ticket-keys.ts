import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';

/** Name, HMAC key and AES key, 16 bytes each. */
const size = 48;

const checked = (keys: Uint8Array): Buffer => {
  if (keys.length !== size) throw new RangeError(`session ticket keys have ${size} bytes, not ${keys.length}`);
  return Buffer.from(keys);
};

/** How session ticket keys live. */
export interface SessionTicketKeysOptions {
  /** 48 bytes, the same in all processes that are to resume each other's sessions; without them random ones are made. */
  readonly keys?: Uint8Array | undefined;
  /** Milliseconds after which random keys give way to new ones; keys that were given stay until `set`. */
  readonly rotationInterval?: number | undefined;
}

export const defaultRotationInterval = 12 * 60 * 60 * 1000;

/**
 * What the tickets of resumed sessions are sealed with. Endpoints that have the same object resume each other's
 * sessions, if certificate and rules for clients are the same, too. A ticket of earlier keys is not an error: its
 * client makes a full handshake.
 *
 * Source: RFC 5077 section 5.5, RFC 8446 appendix C.4
 */
export class SessionTicketKeys {
  readonly #rotationInterval: number;
  #keys: Buffer | undefined;
  #madeAt: number | undefined;
  #isGiven: boolean;
  #generation = 0;

  /** @throws RangeError when keys are not 48 bytes, or the interval is not more than 0 */
  constructor({ keys, rotationInterval = defaultRotationInterval }: SessionTicketKeysOptions = {}) {
    if (!(rotationInterval > 0)) {
      throw new RangeError(`rotationInterval must be more than 0 ms, not ${rotationInterval}`);
    }
    this.#rotationInterval = rotationInterval;
    this.#keys = keys === undefined ? undefined : checked(keys);
    this.#isGiven = keys !== undefined;
  }

  /**
   * Takes other keys, e.g. those that another process has made. From then on they change by `set` only.
   *
   * @throws RangeError when they are not 48 bytes
   */
  set(keys: Uint8Array): void {
    this.#keys = checked(keys);
    this.#isGiven = true;
    this.#generation++;
  }

  /** Grows whenever the keys change. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * The keys of now; random ones that are old give way to new ones.
   *
   * @param now milliseconds of a monotonic clock; not known before the first connection
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
