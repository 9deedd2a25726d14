import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { type Served, serve } from './support/serve.ts';

const get = 'HEADERS END_HEADERS,END_STREAM 1: 82 86 84 41 01 61';
const content = Buffer.alloc(120_000, 'x');

/** The content of each DATA frame as its size, and whether it ends the stream. */
const sizes = (served: Served): string[] =>
  served
    .next()
    .filter((line) => line.startsWith('DATA'))
    .map((line) => line.replace(/^DATA 1 "(.*)"/s, (_all, text: string) => String(text.length)));

/** How many of the pieces are the memory of the application. */
const passedOn = ({ connection }: Served): number =>
  connection.sentPieces.flat().filter(({ buffer }) => buffer === content.buffer).length;

describe('content of a response is sent in the same frames', () => {
  it.each([
    ['copied where the connection takes one run of bytes', false],
    ['not copied where the connection takes pieces', true],
  ])('%s', (_title, takesPieces) => {
    const served = serve(({ response }) => {
      void response.write(content.subarray(0, 4096));
      void response.write('small');
      response.send(content.subarray(0, 40_000));
    });
    if (takesPieces) served.connection.takePieces();
    served.send(get);
    expect(sizes(served)).toEqual(['4096', '5', '16384', '16384', '7232', '0 end']);
    expect(passedOn(served)).toBe(takesPieces ? 4 : 0);
  });
});

describe('a connection that takes pieces', () => {
  it('content below 4 KiB is part of the batch', () => {
    const served = serve(({ response }) => response.send(content.subarray(0, 4095)));
    served.connection.takePieces();
    served.send(get);
    expect(served.connection.sentPieces).toEqual([]);
    expect(sizes(served)).toEqual(['4095 end']);
  });

  it('is under pressure: the rest waits until it has drained', () => {
    const served = serve(({ response }) => response.send(content));
    served.connection.takePieces();
    served.connection.takesMore = false;
    served.send(`SETTINGS: 0004 00100000\nWINDOW_UPDATE 0: 00100000\n${get}`);
    expect(sizes(served)).toEqual(['16384', '16384', '16384', '16384']);
    served.connection.takesMore = true;
    served.connection.receiver.drained();
    expect(sizes(served)).toEqual(['16384', '16384', '16384', '5312 end']);
  });
});
