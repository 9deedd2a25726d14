// Kestrel with more than one route and no hops between threads.
import { becomeKestrel, tuned } from '../lib/support/kestrel.mjs';

becomeKestrel({ transport: tuned.transport, limits: 'kestrel.Limits.MaxRequestBodySize = null;' }, tuned.variables);
