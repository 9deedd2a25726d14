import { AddressError, bindingTarget, formatBindingAddress, parseBindingAddresses } from '@windhover/addresses';

for (const address of parseBindingAddresses('http://localhost:5000; https://[::1]; http://unix:/run/app.sock')) {
  console.log(formatBindingAddress(address), bindingTarget(address));
}
// http://localhost:5000 { kind: 'localhost', host: 'localhost', port: 5000 }
// https://[::1]:443 { kind: 'ip', address: '::1', port: 443 }
// http://unix:/run/app.sock { kind: 'unix', path: '/run/app.sock' }

try {
  parseBindingAddresses('http://*:80;http://127.0.0.1:8o80');
} catch (error) {
  if (error instanceof AddressError) console.log(error.code, error.position, error.suggestion);
}
// ADDRESS_PORT_INVALID 30 http://127.0.0.1:5000
