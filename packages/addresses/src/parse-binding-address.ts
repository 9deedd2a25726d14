import type { BindingAddress } from './binding-address.ts';
import { checkText, explained } from './explained.ts';
import { readBindingAddress } from './read-binding-address.ts';

/**
 * Parses one address: `http://localhost:5000`, `http://*`, `https://[::1]:5001`, `http://unix:/run/app.sock`,
 * `http://unix:@abstract`, `http://pipe:/name`.
 *
 * Strict: throws where Kestrel reads unknown text as a host name and listens on every interface.
 *
 * @throws AddressError any code but those of `bindingTarget`
 *
 * Source: Kestrel `BindingAddress.Parse`; hosts and ports as in RFC 3986, section 3.2.
 */
export const parseBindingAddress = (text: string): BindingAddress => {
  checkText(text);
  return explained(text, () => readBindingAddress(text));
};
