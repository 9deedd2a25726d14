import { formatBindingAddress, parseBindingAddresses } from '@windhover/addresses';

export const result: string = parseBindingAddresses('http://localhost:5000; https://[::1]')
  .map((address) => formatBindingAddress(address))
  .join();
export const expected = 'http://localhost:5000,https://[::1]:443';
