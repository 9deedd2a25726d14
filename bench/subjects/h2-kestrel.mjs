// Kestrel over cleartext HTTP/2, with its defaults.
import { becomeKestrel } from '../lib/support/kestrel.mjs';

becomeKestrel({ listen: 'listen.Protocols = HttpProtocols.Http2;' });
