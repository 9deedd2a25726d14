import type { WebHost } from '@windhover/hosting';

/** Features of a terminal. */
export interface TerminalAbilities {
  readonly hasColour: boolean;
  /** Whether it supports links (OSC 8). Other terminals may print the escape sequences. */
  readonly hasLinks: boolean;
}

/** The minimum version of VTE, the widget of GNOME Terminal and others, that supports links: 0.50.1. */
const leastVte = 5001;

const programsWithLinks = new Set(['iTerm.app', 'WezTerm', 'vscode', 'ghostty', 'Hyper', 'WarpTerminal', 'rio', 'zed']);

const terminalsWithLinks = new Set(['xterm-kitty', 'alacritty', 'xterm-ghostty', 'foot', 'wezterm', 'contour']);

/**
 * Detects the features of a terminal from the environment. `NO_COLOR` disables colours and links, `FORCE_HYPERLINK`
 * controls links. Links are off in a terminal multiplexer, because its terminal is unknown.
 *
 * Source: https://no-color.org; the npm package `supports-hyperlinks`
 */
export const terminalAbilities = (environment: NodeJS.ProcessEnv): TerminalAbilities => {
  const { NO_COLOR = '', TERM = '', FORCE_HYPERLINK, TERM_PROGRAM = '', VTE_VERSION } = environment;
  const { WT_SESSION, KONSOLE_VERSION, CI, TMUX, STY } = environment;
  if (NO_COLOR !== '' || TERM === 'dumb') return { hasColour: false, hasLinks: false };
  if (FORCE_HYPERLINK !== undefined) return { hasColour: true, hasLinks: FORCE_HYPERLINK !== '0' };
  const isOfUnknownTerminal = CI !== undefined || TMUX !== undefined || STY !== undefined;
  const isKnown =
    programsWithLinks.has(TERM_PROGRAM) ||
    terminalsWithLinks.has(TERM) ||
    Number(VTE_VERSION) >= leastVte ||
    WT_SESSION !== undefined ||
    KONSOLE_VERSION !== undefined;
  return { hasColour: true, hasLinks: isKnown && !isOfUnknownTerminal };
};

/** Hint for https. */
const httpsHint = 'npx windhover dev-certs makes a certificate; then add https://localhost:5001 to --urls';

/**
 * The lines shown below the log when a host has started on a terminal: addresses, how to get https, and how to stop.
 *
 * @param addresses of the host, e.g. `http://localhost:5000`
 */
export const startBanner = (addresses: readonly string[], abilities: TerminalAbilities): string => {
  const faint = (text: string): string => (abilities.hasColour ? `\u001b[2m${text}\u001b[22m` : text);
  const rows = addresses.map((address): [string, string] => ['Open', shownAddress(address, abilities)]);
  if (!addresses.some((address) => address.startsWith('https:'))) rows.push(['https', httpsHint]);
  rows.push(['Stop', 'Ctrl+C; a second time to end at once']);
  const lines = rows.map(([name, text], at) => {
    const isRepeated = name === rows[at - 1]?.[0];
    return `  ${faint((isRepeated ? '' : name).padEnd(5))}  ${text}\n`;
  });
  return `\n${lines.join('')}\n`;
};

/** An address, as a link if a browser can open it. */
const shownAddress = (address: string, { hasColour, hasLinks }: TerminalAbilities): string => {
  const text = withoutControls(address);
  const url = openable(text);
  if (url === undefined) return text;
  const shown = hasColour ? `\u001b[36m${url}\u001b[39m` : url;
  // ECMA-48 8.3.89 OSC; the target is ASCII, since it is the text of a parsed URL.
  return hasLinks ? `\u001b]8;;${new URL(url).href}\u001b\\${shown}\u001b]8;;\u001b\\` : shown;
};

/** Removes control characters: an address comes from settings and must not move the cursor or end a link. */
const withoutControls = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '');

/** The URL for a browser on this machine; `undefined` for addresses that browsers cannot open, e.g. unix sockets. */
const openable = (address: string): string | undefined => {
  const local = address.replace(/^(https?:\/\/)(?:0\.0\.0\.0|\[::\]|[*+])(?=[:/]|$)/, '$1localhost');
  const isWeb = /^https?:\/\/(?!unix:|pipe:)/.test(local);
  return isWeb && URL.canParse(local) ? local : undefined;
};

/** Prints the banner after the start was logged. Only for a terminal; logs and pipes are not affected. */
export const showStartBanner = (host: WebHost, terminal: NodeJS.WriteStream = process.stdout): void => {
  if (!terminal.isTTY) return;
  const show = (): void => void terminal.write(startBanner(host.addresses, terminalAbilities(process.env)));
  host.lifetime.started.addEventListener('abort', () => setImmediate(show), { once: true });
};
