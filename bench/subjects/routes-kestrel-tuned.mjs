// Kestrel with several routes and inline scheduling.
import { becomeKestrel, tuned } from '../lib/support/kestrel.mjs';

becomeKestrel({ transport: tuned.transport, limits: 'kestrel.Limits.MaxRequestBodySize = null;' }, tuned.variables);
