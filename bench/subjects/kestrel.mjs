// Kestrel with its defaults.
import { becomeKestrel } from '../lib/support/kestrel.mjs';

becomeKestrel({});
