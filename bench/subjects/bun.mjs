// Bun's own server.
import { becomeBun } from '../lib/support/fetch-runtimes.mjs';

becomeBun('fetchGreeting');
