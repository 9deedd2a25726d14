import assert from 'node:assert/strict';
import { TransportError } from '@windhover/connections';
import { record } from '../recorder.ts';
import { echo } from '../session.ts';
import type { TransportCheck } from './check.ts';

const isTransportError = (code: string) => (error: unknown) =>
  error instanceof TransportError && error.code === code && error.message.length > 0;

export const bindChecks: readonly TransportCheck[] = [
  {
    name: 'bind: the listener has its actual endpoint, and clients can connect to it',
    async run(session) {
      const listener = await session.bind((connection) => void echo(connection));
      assert.ok(session.subject.transport.canBind(listener.endpoint));
      if (listener.endpoint.kind === 'ip') assert.notEqual(listener.endpoint.port, 0);
      const client = record(await session.connect(listener));
      client.connection.write('anyone there?');
      await client.untilText('anyone there?');
    },
  },
  {
    name: 'bind: an endpoint of a foreign kind is refused with TRANSPORT_ENDPOINT_NOT_SUPPORTED',
    async run({ subject }) {
      const foreign = { kind: 'x-compliance-unknown' } as const;
      assert.equal(subject.transport.canBind(foreign), false);
      await assert.rejects(
        subject.transport.bind(foreign, () => undefined),
        isTransportError('TRANSPORT_ENDPOINT_NOT_SUPPORTED'),
      );
    },
  },
  {
    name: 'bind: an endpoint in use is refused with TRANSPORT_ADDRESS_IN_USE, and its listener continues',
    async run(session) {
      const listener = await session.bind((connection) => void echo(connection));
      await assert.rejects(
        session.bind(() => undefined, listener.endpoint),
        isTransportError('TRANSPORT_ADDRESS_IN_USE'),
      );
      const client = record(await session.connect(listener));
      client.connection.write('still there?');
      await client.untilText('still there?');
    },
  },
  {
    name: 'bind: an endpoint is free again after unbind, also while its connections are open',
    async run(session) {
      const first = await session.bind((connection) => void echo(connection));
      const old = record(await session.connect(first));
      old.connection.write('old');
      await old.untilText('old');
      await first.unbind();
      const second = await session.bind((connection) => void echo(connection), first.endpoint);
      const fresh = record(await session.connect(second));
      fresh.connection.write('new');
      old.connection.write('er');
      await Promise.all([fresh.untilText('new'), old.untilText('older')]);
    },
  },
];
