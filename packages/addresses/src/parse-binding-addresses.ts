import type { BindingAddress } from './binding-address.ts';
import { checkText, explained } from './explained.ts';
import { readBindingAddress } from './read-binding-address.ts';

/**
 * Parses a list of addresses: `http://localhost:5000;https://localhost:5001`. Semicolons separate them, blanks
 * around an address and empty items are skipped, so that `''` and `';'` give an empty list.
 *
 * @throws AddressError as `parseBindingAddress`; `text` is the whole list, `position` an index into it, and `suggestion`
 *   replaces the one invalid address
 *
 * Source: Kestrel's hosts, setting `urls`.
 */
export const parseBindingAddresses = (list: string): BindingAddress[] => {
  checkText(list);
  const addresses: BindingAddress[] = [];
  let start = 0;
  for (const typed of list.split(';')) {
    const address = typed.trim();
    const offset = start + typed.indexOf(address);
    if (address !== '') addresses.push(explained(address, () => readBindingAddress(address), { text: list, offset }));
    start += typed.length + 1;
  }
  return addresses;
};
