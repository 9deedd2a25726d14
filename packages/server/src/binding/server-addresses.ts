import { ServerError } from '../errors.ts';
import type { ServerAddressesFeature } from '@windhover/http';

/** The list behind `ServerAddressesFeature`: open until the server starts, then the server's own. */
export class ServerAddresses implements ServerAddressesFeature {
  #addresses: string[] = [];
  #isFrozen = false;

  get addresses(): readonly string[] {
    return this.#addresses;
  }

  add(address: string): void {
    if (this.#isFrozen) throw new ServerError('SERVER_ALREADY_STARTED', address);
    this.#addresses.push(address);
  }

  /** No more additions; what was asked for, taken out. */
  freeze(): string[] {
    this.#isFrozen = true;
    return this.#addresses;
  }

  /** What is bound takes the place of what was asked for. */
  publish(addresses: string[]): void {
    this.#addresses = addresses;
  }
}
