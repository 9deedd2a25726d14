import { describe, expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { nodeHandlerErrors } from '../src/index.ts';

const readme = new Readme(import.meta.url);

describe('README', () => {
  it('shows the Express example of the package', () => {
    expect(readme.text).toContain(new Readme(import.meta.url, 'examples/express.ts').text);
  });

  it('lists every error code with its sentence', () => {
    const rows = readme.tableUnder('Errors').map(([code, says]) => [code!.replaceAll('`', ''), says]);
    expect(rows).toEqual(Object.entries(nodeHandlerErrors));
  });
});
