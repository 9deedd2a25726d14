import * as fc from 'fast-check';
import { testSeed } from './test-seed.ts';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: testSeed });

/** fast-check with the seed of this run. */
export { fc };
