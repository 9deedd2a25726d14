// Deno's own server with more than one route.
import { becomeDeno } from '../lib/support/fetch-runtimes.mjs';

becomeDeno('fetchRoutes');
