import { expect } from 'vitest';
import { echo, serve } from './serve.ts';

/** Frames that a client sends, and the frames that answer them. */
export type Case = [title: string, sent: string, answer: readonly string[]];

/** Requests are answered with their content, or `hello`. */
export const expectAnswer = async (sent: string, answer: readonly string[], isOpen = true): Promise<void> => {
  const served = serve(echo, { isOpen });
  served.next();
  served.send(sent);
  expect(await served.settled()).toEqual(answer);
};

export const hello = (streamId: number): string[] => [
  `HEADERS ${streamId} :status=200 content-type=text/plain; charset=utf-8 content-length=5`,
  `DATA ${streamId} "hello" end`,
];
export const echoed = (streamId: number, content: string): string[] => [
  `HEADERS ${streamId} :status=200 content-length=${content.length}`,
  `DATA ${streamId} "${content}" end`,
];

export const get = 'HEADERS END_HEADERS,END_STREAM';
export const open = 'HEADERS END_HEADERS';

/** Stream identifiers of a client, from the first on. */
export const ids = (count: number, first = 1): number[] => Array.from({ length: count }, (_, at) => first + 2 * at);

/** A handler that never finishes. */
export const never = (): Promise<void> => new Promise(() => undefined);
