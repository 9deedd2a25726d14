import type { Receiver } from '@windhover/connections';

/** Fields of a request that asks for the protocol `echo`. */
export const asks = 'Connection: keep-alive, Upgrade\r\nUpgrade: echo\r\n';
export const connect = 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n';

/** Collects the events of an upgraded connection as text. */
export class Collector implements Receiver {
  readonly events: string[] = [];

  received(bytes: Uint8Array): void {
    this.events.push(Buffer.from(bytes).toString('latin1'));
  }

  drained(): void {
    this.events.push('drained');
  }

  ended(): void {
    this.events.push('ended');
  }

  closed(error?: Error): void {
    this.events.push(`closed ${error?.message}`);
  }
}
