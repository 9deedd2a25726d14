// uWebSockets.js, from the unofficial build on the npm registry, on the Node.js that it requires.
import { becomeUws } from '../lib/support/uws.mjs';

becomeUws();
