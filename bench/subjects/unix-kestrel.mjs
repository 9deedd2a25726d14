// Kestrel over a unix socket, with its defaults.
import { becomeKestrel } from '../lib/support/kestrel.mjs';

becomeKestrel({ bind: 'kestrel.ListenUnixSocket(Environment.GetEnvironmentVariable("SOCKET_PATH")!);' });
