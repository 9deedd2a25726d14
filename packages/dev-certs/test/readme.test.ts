import { describe, expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { helpText } from '../src/command-line.ts';
import { devCertsErrors, devCertsNames, devCertsValidity } from '../src/index.ts';
import { day } from './support/temporary-store.ts';

const readme = new Readme(import.meta.url);

describe('README', () => {
  // oxlint-disable-next-line vitest/expect-expect -- `expectExample` expects
  it('shows the example of the package and its output', () => readme.expectExample('examples/https-server.ts'));

  it('lists every option of the command', () => {
    const listed = readme.plainTableUnder('The command').map(([option]) => option!);
    const options = [...helpText.matchAll(/^ {6}(--\w+(?: <\w+>)?)/gm)].map(([, option]) => option);
    expect(listed.filter((option) => option.startsWith('-'))).toEqual(options);
  });

  it('lists every error', () => {
    const rows = Object.entries(devCertsErrors).map(([code, { usable, message }]) => [
      code,
      usable ? 'yes' : 'no',
      message,
    ]);
    expect(readme.plainTableUnder('Errors')).toEqual(rows);
  });

  it('has names and lifetimes as the code has them', () => {
    expect(readme.text).toContain(`**Names**: ${devCertsNames.map((name) => `\`${name}\``).join(', ')}.`);
    const [certificate, renewal, authority] = [
      devCertsValidity.certificate,
      devCertsValidity.renewal,
      devCertsValidity.authority,
    ].map((length) => length / day);
    expect(readme.text).toContain(`**Life**: ${certificate} days`);
    expect(readme.text).toContain(`in the last ${renewal}. The authority lives ${authority} days`);
  });
});
