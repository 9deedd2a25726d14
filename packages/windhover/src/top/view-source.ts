import { setTimeout } from 'node:timers/promises';
import { type LiveView, ProcessWatch, SummedProcesses } from '@windhover/middleware-dashboard';
import { CommandError } from '../command-error.ts';

/** Receives each view. */
export type ShowView = (view: LiveView) => void;

/** Milliseconds between two views of a process. */
const interval = 1000;

/**
 * Shows the views of a process, or of the workers of a supervisor, until they have all ended or the signal aborts.
 *
 * @throws CommandError there is no process to watch
 */
export const watchProcess = async (pid: number, show: ShowView, signal: AbortSignal): Promise<void> => {
  const processes = new SummedProcesses();
  using watch = new ProcessWatch(
    (name) => name.pid === pid || name.supervisor === pid,
    (snapshot) => processes.add(snapshot),
    (ended) => processes.remove(ended),
  );
  if (watch.refresh() === 0) throw notWatchable(pid);
  let hasShown = false;
  for (;;) {
    // It rejects when the signal aborts.
    await setTimeout(interval, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    // Finds workers that a reload has started.
    const count = watch.refresh();
    if (processes.size > 0) {
      show(processes.view(Date.now()));
      hasShown = true;
    } else if (count === 0 && hasShown) return;
    else if (count === 0) throw notWatchable(pid);
  }
};

const notWatchable = (pid: number): CommandError =>
  new CommandError(
    `Process ${pid} cannot be watched: it does not run, does not use dashboard(), or belongs to another user.`,
  );

/**
 * Shows the views of the dashboard at an address until the server ends the stream or the signal aborts.
 *
 * @param url of the dashboard; default path `/dashboard`
 * @param token of the dashboard; may also be `?token=…` in the address
 * @throws CommandError there is no dashboard, or it refuses access
 */
export const watchUrl = async (
  url: URL,
  token: string | undefined,
  show: ShowView,
  signal: AbortSignal,
): Promise<void> => {
  const given = token ?? url.searchParams.get('token') ?? undefined;
  const path = url.pathname === '/' ? '/dashboard' : url.pathname.replace(/\/$/, '');
  const events = new URL(`${path}/events`, url);
  const response = await ask(events, given, signal);
  if (signal.aborted || response === undefined) return;
  await checkResponse(response, events);
  try {
    await readViews(response.body!, show);
  } catch (cause) {
    if (!signal.aborted) throw new CommandError(`The connection to ${events.origin} was lost.`, 1, { cause });
  }
};

const ask = async (events: URL, token: string | undefined, signal: AbortSignal): Promise<Response | undefined> => {
  const headers = { accept: 'text/event-stream', ...(token && { authorization: `Bearer ${token}` }) };
  try {
    return await fetch(events, { headers, signal });
  } catch (cause) {
    if (signal.aborted) return undefined;
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw new CommandError(`${events.origin} cannot be reached: ${reason}.`, 1, { cause });
  }
};

/** Maximum length of a refusal text that is shown. */
const longestRefusal = 200;

const checkResponse = async (response: Response, events: URL): Promise<void> => {
  const type = response.headers.get('content-type') ?? '';
  if (response.status === 200 && type.startsWith('text/event-stream')) return;
  const address = `${events.origin}${events.pathname.replace(/\/events$/, '')}`;
  if (response.status !== 403) {
    await response.body?.cancel();
    throw new CommandError(`There is no dashboard at ${address}: the server has answered with ${response.status}.`);
  }
  const text = (await response.text()).replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').trim();
  throw new CommandError(`The dashboard at ${address} refuses: ${text.slice(0, longestRefusal)}`);
};

/** Maximum length of an event, in UTF-16 code units. */
const longestEvent = 16 * 1024 * 1024;

const readViews = async (body: ReadableStream<Uint8Array>, show: ShowView): Promise<void> => {
  let pending = '';
  const decoder = new TextDecoder();
  for await (const bytes of body) {
    const events = (pending + decoder.decode(bytes, { stream: true })).split('\n\n');
    pending = events.pop()!;
    if (pending.length > longestEvent) throw new Error('an event is too long');
    for (const event of events) {
      const [, json] = /^event: view\ndata: (.*)$/m.exec(event) ?? [];
      if (json !== undefined) show(JSON.parse(json) as LiveView);
    }
  }
};
