// Kestrel with its defaults and more than one route; the size of a request's content is not limited.
import { becomeKestrel } from '../lib/support/kestrel.mjs';

becomeKestrel({ limits: 'kestrel.Limits.MaxRequestBodySize = null;' });
