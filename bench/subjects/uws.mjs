// uWebSockets.js, the unofficial build of the npm registry, on the Node.js that it needs.
import { becomeUws } from '../lib/support/uws.mjs';

becomeUws();
