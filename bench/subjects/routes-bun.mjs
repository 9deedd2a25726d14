// Bun's own server with more than one route.
import { becomeBun } from '../lib/support/fetch-runtimes.mjs';

becomeBun('fetchRoutes');
