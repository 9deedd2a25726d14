import { readFileSync } from 'node:fs';
import { http1Errors } from '@windhover/http1-codec';
import { describe, expect, it } from 'vitest';
import { refusalsPage } from './refusals-page.mjs';

describe('packages/http1-codec/REFUSALS.md', () => {
  it('says what the code does; if not, run `node tools/refusals/write.mjs` after a build', () =>
    expect(readFileSync(new URL('../../packages/http1-codec/REFUSALS.md', import.meta.url), 'utf8')).toBe(
      refusalsPage(http1Errors),
    ));

  it.each(Object.entries(http1Errors))('%s has a status for a refusal, a rule and a sentence', (_, error) => {
    expect([400, 405, 408, 411, 413, 414, 417, 421, 431, 501, 505]).toContain(error.status);
    expect(error.source).toMatch(/^RFC \d{4} \d+(?:\.\d+)*$/);
    expect(error.message).toMatch(/^\S.*[^.]$/);
  });
});
