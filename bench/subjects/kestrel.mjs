// Kestrel with its defaults.
import { becomeKestrel } from '../lib/kestrel.mjs';

becomeKestrel({});
