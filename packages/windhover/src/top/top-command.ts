import type { LiveView } from '@windhover/middleware-dashboard';
import { takeSetting, usageError } from '../command-line.ts';
import { TerminalScreen } from './terminal-screen.ts';
import { renderTop } from './top-screen.ts';
import { type ShowView, watchProcess, watchUrl } from './view-source.ts';

/** Text of `windhover top --help`. */
export const topHelpText = `Usage: windhover top <pid|url> [options]

Shows what a server does, each second: requests, latency, statuses, connections, the
event loop, memory, routes, endpoints and processes. The server must use dashboard()
of @windhover/middleware-dashboard.

  <pid>            a process of this user, or its supervisor with --threads <n>
  <url>            the address of the dashboard, e.g. http://localhost:5000/dashboard

Options:
  --token <token>  the token of the dashboard (also: WINDHOVER_DASHBOARD_TOKEN)
  --json           print one view as JSON
  -h, --help       show this

Ends with q or Ctrl+C. Without a terminal it prints one view as text.
`;

/** The arguments of `windhover top`. */
export interface TopCommandLine {
  readonly target: string;
  readonly token: string | undefined;
  readonly json: boolean;
  readonly help: boolean;
}

/** @throws CommandError with exit code 2 */
export const parseTopCommandLine = (args: readonly string[]): TopCommandLine => {
  const targets: string[] = [];
  const flags = { json: false, help: false };
  let token: string | undefined;
  const left = [...args];
  for (let argument = left.shift(); argument !== undefined; argument = left.shift()) {
    if (argument === '--json') flags.json = true;
    else if (argument === '--help' || argument === '-h') flags.help = true;
    else if (argument === '--token' || argument.startsWith('--token=')) token = tokenOf(argument, left);
    else if (argument === '--verbose') continue;
    else if (argument.startsWith('-')) throw usageError(`Unknown option ${JSON.stringify(argument)}`);
    else targets.push(argument);
  }
  if (targets.length !== 1 && !flags.help) throw usageError('top takes one process id, or the address of a dashboard');
  return { target: targets[0] ?? '', token, ...flags };
};

const tokenOf = (argument: string, left: string[]): string => {
  const [, token] = /^--token=?(.*)$/s.exec(takeSetting(argument, left).join('=')) ?? [];
  if (token === undefined || token === '') throw usageError('--token takes the token of the dashboard');
  return token;
};

/** Runs `windhover top`. */
export const run = async (args: readonly string[]): Promise<void> => {
  const { help, json, target, token = process.env['WINDHOVER_DASHBOARD_TOKEN'] } = parseTopCommandLine(args);
  if (help) return void process.stdout.write(topHelpText);
  const ended = new AbortController();
  const watch = sourceOf(target, token);
  const isInteractive = process.stdout.isTTY && !json;
  if (isInteractive) await runInTerminal(target, watch, ended);
  else await watch((view) => printOnce(view, target, json, ended), ended.signal);
};

type Watch = (show: ShowView, signal: AbortSignal) => Promise<void>;

const sourceOf = (target: string, token: string | undefined): Watch => {
  if (/^[1-9]\d{0,9}$/.test(target)) return (show, signal) => watchProcess(Number(target), show, signal);
  const url = URL.parse(target);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw usageError(
      `top takes a process id, or an address with http:// or https://; received ${JSON.stringify(target)}`,
    );
  }
  return (show, signal) => watchUrl(url, token, show, signal);
};

const runInTerminal = async (target: string, watch: Watch, ended: AbortController): Promise<void> => {
  // The token is not shown on the screen.
  const shownTarget = target.replace(/([?&]token=)[^&]*/, '$1***');
  {
    using screen = new TerminalScreen(() => ended.abort());
    screen.show([`windhover top ${shownTarget}`, '', 'waiting for the first view']);
    await watch((view) => screen.show(renderTop(view, shownTarget, screen.size)), ended.signal);
  }
  if (!ended.signal.aborted) process.stderr.write('The server has stopped.\n');
};

const printOnce = (view: LiveView, target: string, json: boolean, ended: AbortController): void => {
  if (ended.signal.aborted) return;
  const size = { columns: 80, rows: Infinity };
  const text = json ? JSON.stringify(view) : renderTop(view, target.split('?', 1)[0]!, size).join('\n');
  process.stdout.write(`${text}\n`);
  ended.abort();
};
