import { Client, type ClientReadableStream, Metadata, type ServiceError, credentials, status } from '@grpc/grpc-js';
import { Buffer } from 'node:buffer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../tools/test-support/until.ts';
import { GrpcError, type GrpcMethod, grpcService } from '../examples/grpc/grpc-service.ts';
import { TestServer } from './support/test-server.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const same = (value: Buffer): Buffer => value;

let lastSignal: AbortSignal | undefined;

const methods: Record<string, GrpcMethod> = {
  async *'/test/Unary'(messages) {
    for await (const message of messages) yield bytes(`hello ${String(Buffer.from(message))}`);
  },
  async *'/test/Server'(messages) {
    for await (const message of messages)
      for (let at = 0; at < Number(Buffer.from(message)); at++) yield bytes(String(at));
  },
  async *'/test/Client'(messages) {
    let sum = 0;
    for await (const message of messages) sum += Number(Buffer.from(message));
    yield bytes(String(sum));
  },
  async *'/test/Fail'(messages) {
    for await (const message of messages) throw new GrpcError(status.NOT_FOUND, `no ${String(Buffer.from(message))}`);
    yield bytes('');
  },
  async *'/test/FailLate'(messages) {
    for await (const message of messages) {
      yield Buffer.from(message);
      throw new GrpcError(status.DATA_LOSS, 'half');
    }
  },
  async *'/test/Never'(_messages, { signal }) {
    lastSignal = signal;
    yield bytes('first');
    await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
  },
};

describe.each(['tcp', 'tls'] as const)('@grpc/grpc-js over %s', (below) => {
  let test: TestServer;
  let client: Client;
  beforeEach(async () => {
    test = await TestServer.start(below, grpcService(methods));
    const secure =
      below === 'tls' ? credentials.createSsl(Buffer.from(test.certificate)) : credentials.createInsecure();
    client = new Client(below === 'tls' ? `localhost:${test.port}` : `127.0.0.1:${test.port}`, secure);
  });
  afterEach(async () => {
    client.close();
    await test[Symbol.asyncDispose]();
  });

  const unary = (path: string, message: string, options = {}): Promise<string> =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, same, same, bytes(message), new Metadata(), options, (error, value) =>
        error === null ? resolve(String(value)) : reject(error),
      );
    });

  const collect = async (stream: ClientReadableStream<Buffer>): Promise<string[]> => {
    const messages: string[] = [];
    for await (const message of stream as AsyncIterable<Buffer>) messages.push(String(message));
    return messages;
  };

  it('a unary call', async () => {
    expect(await unary('/test/Unary', 'you')).toBe('hello you');
  });

  it('a large message in both directions', async () => {
    expect((await unary('/test/Unary', 'x'.repeat(1_000_000))).length).toBe(1_000_006);
  });

  it('server streaming', async () => {
    const stream = client.makeServerStreamRequest('/test/Server', same, same, bytes('500'));
    expect((await collect(stream)).length).toBe(500);
  });

  it('client streaming', async () => {
    const answer = new Promise<string>((resolve, reject) => {
      const stream = client.makeClientStreamRequest('/test/Client', same, same, (error, value) =>
        error === null ? resolve(String(value)) : reject(error),
      );
      for (let at = 1; at <= 2000; at++) stream.write(bytes(String(at)));
      stream.end();
    });
    expect(await answer).toBe('2001000');
  });

  it('bidirectional streaming, one message at a time', async () => {
    const stream = client.makeBidiStreamRequest('/test/Unary', same, same);
    const replies = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    for (const name of ['a', 'b', 'c']) {
      stream.write(bytes(name));
      expect(String((await replies.next()).value)).toBe(`hello ${name}`);
    }
    stream.end();
    expect((await replies.next()).done).toBe(true);
  });

  it.each([
    ['an error before the first message', '/test/Fail', status.NOT_FOUND, 'no x'],
    ['an error after the first message', '/test/FailLate', status.DATA_LOSS, 'half'],
    ['a method that is not there', '/test/None', status.UNIMPLEMENTED, 'there is no method /test/None'],
  ])('%s', async (_title, path, code, details) => {
    const error = await unary(path, 'x').catch((failure: ServiceError) => failure);
    expect(error).toMatchObject({ code, details });
  });

  it('a deadline: the client cancels, and the signal of the handler aborts', async () => {
    const error = await unary('/test/Never', '', { deadline: Date.now() + 200 }).catch(
      (failure: ServiceError) => failure,
    );
    expect(error).toMatchObject({ code: status.DEADLINE_EXCEEDED });
    await until(() => lastSignal?.aborted === true);
  });

  it('a call that is cancelled: the signal of the handler aborts, and other calls go on', async () => {
    const stream = client.makeServerStreamRequest('/test/Never', same, same, bytes(''));
    stream.on('error', () => undefined);
    await new Promise((resolve) => stream.once('data', resolve));
    stream.cancel();
    await until(() => lastSignal?.aborted === true);
    expect(await unary('/test/Unary', 'you')).toBe('hello you');
  });
});
