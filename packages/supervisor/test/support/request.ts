import { type ClientRequest, Agent, get } from 'node:http';

/** Where an answer comes from. */
export interface Answer {
  readonly thread: number;
  readonly pid: number;
  readonly text: string;
  /** Whether the server is about to close the connection. */
  readonly last: boolean;
}

export interface Target {
  readonly port?: number;
  readonly host?: string;
  readonly socketPath?: string;
  readonly path?: string;
}

/** One request. @param agent to keep the connection; a connection of its own otherwise */
export const request = (target: Target, agent: Agent | false = false): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent: ClientRequest = get({ host: '127.0.0.1', ...target, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        const [thread, pid] = text.split(' ').map(Number);
        resolve({ thread: thread!, pid: pid!, text, last: response.headers.connection === 'close' });
      });
    });
    sent.on('error', (error) => {
      if (sent.reusedSocket) idleCloses.add(error);
      reject(error);
    });
  });

/** Errors of requests on a connection that had been used before, and that brought no answer. */
const idleCloses = new WeakSet<Error>();

/** Whether a request has failed because the server closed its connection, which was idle. */
export const isIdleClose = (error: unknown): boolean =>
  error instanceof Error && idleCloses.has(error) && (error as NodeJS.ErrnoException).code === 'ECONNRESET';

/** A client that keeps its connection. */
export const keptAlive = (): Agent => new Agent({ keepAlive: true, maxSockets: 1 });
