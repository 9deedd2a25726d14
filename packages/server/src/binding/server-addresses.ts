import { ServerError } from '../errors.ts';
import type { ServerAddressesFeature } from '@windhover/http';

/** The list of `ServerAddressesFeature`: addresses can be added until the server starts; then it holds the bound ones. */
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

  /** Ends additions. @returns the requested addresses */
  freeze(): string[] {
    this.#isFrozen = true;
    return this.#addresses;
  }

  /** Replaces the requested addresses by the bound ones. */
  publish(addresses: string[]): void {
    this.#addresses = addresses;
  }
}
