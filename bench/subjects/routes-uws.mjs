// uWebSockets.js with more than one route; it has neither the stream nor the gigabyte.
import { becomeUws } from '../lib/support/uws.mjs';

becomeUws();
