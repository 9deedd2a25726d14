// Kestrel tuned for small requests: inline scheduling.
import { becomeKestrel, tuned } from '../lib/support/kestrel.mjs';

becomeKestrel({ transport: tuned.transport, limits: 'kestrel.AddServerHeader = true;' }, tuned.variables);
