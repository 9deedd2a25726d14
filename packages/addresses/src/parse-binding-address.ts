import type { BindingAddress } from './binding-address.ts';
import { explained } from './explained.ts';
import { readBindingAddress } from './read-binding-address.ts';

/**
 * Takes one address apart: `http://localhost:5000`, `http://*`, `https://[::1]:5001`, `http://unix:/run/app.sock`,
 * `http://unix:@abstract`, `http://pipe:/name`.
 *
 * Strict: where Kestrel takes what it cannot read for a host name, and so listens on every interface, this throws.
 *
 * @throws AddressError any code but those of `bindingTarget`
 *
 * Source: Kestrel `BindingAddress.Parse`; hosts and ports as in RFC 3986, section 3.2.
 */
export const parseBindingAddress = (text: string): BindingAddress => explained(text, () => readBindingAddress(text));
