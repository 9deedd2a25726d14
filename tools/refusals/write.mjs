// Writes packages/http1-codec/REFUSALS.md from the built package.
import { writeFileSync } from 'node:fs';
import { http1Errors } from '../../packages/http1-codec/dist/index.js';
import { refusalsPage } from './refusals-page.mjs';

writeFileSync(new URL('../../packages/http1-codec/REFUSALS.md', import.meta.url), refusalsPage(http1Errors));
