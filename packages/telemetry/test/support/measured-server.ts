import { Agent, request } from 'node:http';
import { type Socket, connect } from 'node:net';
import { ApplicationBuilder, pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { http2 } from '@windhover/http2';
import { Router, routing } from '@windhover/middleware-routing';
import { WindhoverServer } from '@windhover/server';
import { useHttps } from '@windhover/tls';
import { sockets } from '@windhover/transport-sockets';
import { acceptWebSocket, webSockets } from '@windhover/websockets';
import type { KeyAndCertificate } from '../../../../tools/test-support/certificates.ts';
import { hostileValues } from '../../../../tools/test-support/hostile-values.ts';
import { turns } from '../../../../tools/test-support/turns.ts';
import { until } from '../../../../tools/test-support/until.ts';
import { HttpMetricsFeature, type RequestMetricProducer, startTelemetry } from '../../src/index.ts';
import { CollectedMetrics } from './collected.ts';

/** A server whose metrics are collected. Its first endpoint is plain, its second one has TLS. */
export class MeasuredServer implements AsyncDisposable {
  readonly server: WindhoverServer;
  /** Resolves the handlers of `/wait`. */
  readonly waiting: (() => void)[] = [];
  metrics = new CollectedMetrics();
  #telemetry: Disposable | undefined;

  static async start(identity: KeyAndCertificate): Promise<MeasuredServer> {
    const measured = new MeasuredServer(identity);
    measured.observe(undefined);
    const app = new ApplicationBuilder(measured.server.features).use(webSockets()).use(routing(measured.#router()));
    await measured.server.start(pipelineApplication(app.build()));
    return measured;
  }

  private constructor(identity: KeyAndCertificate) {
    this.server = new WindhoverServer({
      transports: [sockets()],
      protocols: [http2(), http1()],
      limits: { maxConcurrentConnections: 8 },
      events: { applicationError: () => undefined },
    });
    this.server.listen({ kind: 'ip', address: '127.0.0.1', port: 0 });
    this.server.listen({ kind: 'ip', address: '127.0.0.1', port: 0 }, useHttps(identity));
  }

  #router(): Router {
    const router = new Router();
    router.get('/users/:id', (_context, { id }) => `user ${id}`);
    router.post('/echo', ({ request }) => request.text());
    router.get('/broken', () => {
      throw new Error('broken');
    });
    router.get('/hostile/:at', (_context, { at }) => {
      throw hostileValues[Number(at)]![1]();
    });
    router.get('/cut-off', async ({ response }) => {
      await response.write('first');
      await turns();
      throw new TypeError('late');
    });
    router.get('/wait', () => new Promise<void>((resolve) => void this.waiting.push(resolve)));
    router.get('/health', ({ features }) => {
      features.set(HttpMetricsFeature, { isDisabled: true });
      return 'ok';
    });
    router.get('/tenant', ({ features }) => {
      features.set(HttpMetricsFeature, { attributes: { 'shop.tenant': 'blue' } });
      return 'ok';
    });
    router.get('/order/:way', ({ features }, { way }) => {
      features.set(HttpMetricsFeature, { attributes: way === 'forth' ? { a: 1, b: 2 } : { b: 2, a: 1 } });
      return 'ok';
    });
    router.get('/list/:kind', ({ features }, { kind }) => {
      features.set(HttpMetricsFeature, { attributes: { list: kind === 'one' ? ['a,b'] : ['a', 'b'] } });
      return 'ok';
    });
    router.get('/chat', (context) => {
      const socket = acceptWebSocket(context)!;
      socket.on('message', (text: Buffer) => socket.send(text));
    });
    return router;
  }

  /**
   * Begins new metrics.
   *
   * @param producer where the histograms of requests are counted; `undefined` for the instruments of the SDK
   * @param runtime whether the metrics of Node.js are collected as well
   */
  observe(producer: RequestMetricProducer | undefined, runtime = false): void {
    this.unobserve();
    this.metrics = new CollectedMetrics(producer && [producer]);
    this.#telemetry = startTelemetry({
      meterProvider: this.metrics.provider,
      traces: false,
      runtime,
      ...(producer && { requestMetrics: producer }),
    });
  }

  unobserve(): void {
    this.#telemetry?.[Symbol.dispose]();
    this.#telemetry = undefined;
  }

  portOf(at: number): number {
    return Number(new URL(this.server.endpoints[at]!.address).port);
  }

  /** One request on a connection of its own. @returns the status */
  ask(path: string, method = 'GET', content?: string): Promise<number> {
    const port = this.portOf(0);
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path, method, agent: new Agent() }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode!));
      });
      sent.on('error', reject).end(content);
    });
  }

  openSocket(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: this.portOf(0) }, () => resolve(socket));
      socket.on('error', reject);
    });
  }

  allClosed(): Promise<void> {
    return until(() => this.server.connectionCount === 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop(AbortSignal.abort());
    this.unobserve();
  }
}
