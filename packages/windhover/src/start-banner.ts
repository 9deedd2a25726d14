import type { WebHost } from '@windhover/hosting';

/** What a terminal can show. */
export interface TerminalAbilities {
  readonly hasColour: boolean;
  /** Whether it knows links (OSC 8). A terminal without may print their escape sequences. */
  readonly hasLinks: boolean;
}

/** The least version of VTE, the widget of GNOME Terminal and others, that shows links: 0.50.1. */
const leastVte = 5001;

const programsWithLinks = new Set(['iTerm.app', 'WezTerm', 'vscode', 'ghostty', 'Hyper', 'WarpTerminal', 'rio', 'zed']);

const terminalsWithLinks = new Set(['xterm-kitty', 'alacritty', 'xterm-ghostty', 'foot', 'wezterm', 'contour']);

/**
 * What a terminal can show, by the environment: `NO_COLOR` switches colours and links off, `FORCE_HYPERLINK` decides about
 * links. A terminal multiplexer shows no links, since the terminal behind it is not known.
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

/** Where the hint about https leads. */
const httpsHint = 'npx windhover dev-certs makes a certificate; then add https://localhost:5001 to --urls';

/**
 * The lines that a person sees below the log when a host has started on a terminal: addresses, what is missing for https, and
 * how to stop.
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

/** An address, as a link where a browser can open it. */
const shownAddress = (address: string, { hasColour, hasLinks }: TerminalAbilities): string => {
  const text = withoutControls(address);
  const url = openable(text);
  if (url === undefined) return text;
  const shown = hasColour ? `\u001b[36m${url}\u001b[39m` : url;
  // ECMA-48 8.3.89 OSC; the target is ASCII, since it is the text of a parsed URL.
  return hasLinks ? `\u001b]8;;${new URL(url).href}\u001b\\${shown}\u001b]8;;\u001b\\` : shown;
};

/** Addresses come from settings; nothing of them may move the cursor or end a link. */
const withoutControls = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '');

/** The URL for a browser on this machine; `undefined` for a unix socket and the like. */
const openable = (address: string): string | undefined => {
  const local = address.replace(/^(https?:\/\/)(?:0\.0\.0\.0|\[::\]|[*+])(?=[:/]|$)/, '$1localhost');
  const isWeb = /^https?:\/\/(?!unix:|pipe:)/.test(local);
  return isWeb && URL.canParse(local) ? local : undefined;
};

/** Prints the banner when the host has started and its log has said so. For a terminal only: logs and pipes stay as they are. */
export const showStartBanner = (host: WebHost, terminal: NodeJS.WriteStream = process.stdout): void => {
  if (!terminal.isTTY) return;
  const show = (): void => void terminal.write(startBanner(host.addresses, terminalAbilities(process.env)));
  host.lifetime.started.addEventListener('abort', () => setImmediate(show), { once: true });
};
