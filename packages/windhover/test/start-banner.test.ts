import { describe, expect, it } from 'vitest';
import { startBanner, terminalAbilities } from '../src/start-banner.ts';

const plain = { hasColour: false, hasLinks: false };

describe('the abilities of a terminal', () => {
  it.each([
    { environment: {}, abilities: { hasColour: true, hasLinks: false } },
    { environment: { TERM: 'xterm-256color' }, abilities: { hasColour: true, hasLinks: false } },
    { environment: { TERM: 'xterm-kitty' }, abilities: { hasColour: true, hasLinks: true } },
    { environment: { TERM_PROGRAM: 'vscode' }, abilities: { hasColour: true, hasLinks: true } },
    { environment: { VTE_VERSION: '6800' }, abilities: { hasColour: true, hasLinks: true } },
    { environment: { VTE_VERSION: '5000' }, abilities: { hasColour: true, hasLinks: false } },
    { environment: { VTE_VERSION: 'x' }, abilities: { hasColour: true, hasLinks: false } },
    { environment: { WT_SESSION: 'a' }, abilities: { hasColour: true, hasLinks: true } },
    { environment: { TERM_PROGRAM: 'vscode', CI: '1' }, abilities: { hasColour: true, hasLinks: false } },
    { environment: { TERM_PROGRAM: 'WezTerm', TMUX: '/tmp/t' }, abilities: { hasColour: true, hasLinks: false } },
    { environment: { FORCE_HYPERLINK: '1' }, abilities: { hasColour: true, hasLinks: true } },
    { environment: { FORCE_HYPERLINK: '0', TERM: 'xterm-kitty' }, abilities: { hasColour: true, hasLinks: false } },
    { environment: { TERM: 'xterm-kitty', NO_COLOR: '1' }, abilities: plain },
    { environment: { TERM: 'xterm-kitty', NO_COLOR: '' }, abilities: { hasColour: true, hasLinks: true } },
    { environment: { FORCE_HYPERLINK: '1', NO_COLOR: '1' }, abilities: plain },
    { environment: { TERM: 'dumb' }, abilities: plain },
  ])('$environment', ({ environment, abilities }) => {
    expect(terminalAbilities(environment)).toEqual(abilities);
  });
});

describe('the banner of a start', () => {
  it('addresses, what is missing for https, and how to stop', () => {
    expect(startBanner(['http://localhost:5000', 'http://unix:/run/app.sock'], plain)).toBe(`
  Open   http://localhost:5000
         http://unix:/run/app.sock
  https  npx windhover dev-certs makes a certificate; then add https://localhost:5001 to --urls
  Stop   Ctrl+C; a second time to end at once

`);
  });

  it('with https there is nothing to say about it', () => {
    expect(startBanner(['https://localhost:5001'], plain)).not.toContain('dev-certs');
  });

  it.each(['http://0.0.0.0:8080', 'http://[::]:8080', 'http://*:8080', 'http://+:8080'])(
    '%s opens at localhost',
    (address) => {
      expect(startBanner([address], plain)).toContain('Open   http://localhost:8080\n');
    },
  );

  it('links where the terminal knows them', () => {
    const banner = startBanner(['http://localhost:5000'], { hasColour: false, hasLinks: true });
    expect(banner).toContain('\u001b]8;;http://localhost:5000/\u001b\\http://localhost:5000\u001b]8;;\u001b\\\n');
  });

  it('no link to what a browser cannot open', () => {
    const abilities = { hasColour: false, hasLinks: true };
    for (const address of ['http://unix:/run/app.sock', 'memory:app', 'http://:x']) {
      expect(startBanner([address], abilities)).not.toContain('\u001b');
    }
  });

  it('an address with control characters ends no link and moves no cursor', () => {
    const banner = startBanner(['http://a\u001b\\\u001b[2Jb\u202e:5000'], { hasColour: true, hasLinks: true });
    const sequences = banner.match(/\u001b(?:\[\d+m|\]8;;[\x21-\x7e]*\u001b\\)/g)!;
    expect(banner.split('\u001b')).toHaveLength(sequences.join('').split('\u001b').length);
  });
});
