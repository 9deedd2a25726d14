// uWebSockets.js with several routes; without the stream and the gigabyte.
import { becomeUws } from '../lib/support/uws.mjs';

becomeUws();
