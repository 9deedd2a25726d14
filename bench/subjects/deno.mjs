// Deno's own server.
import { becomeDeno } from '../lib/support/fetch-runtimes.mjs';

becomeDeno('fetchGreeting');
