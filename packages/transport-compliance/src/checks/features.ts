import assert from 'node:assert/strict';
import { ConnectionEndpointFeature, ConnectionTransportFeature } from '@windhover/connections';
import type { TransportCheck } from './check.ts';

export const featureChecks: readonly TransportCheck[] = [
  {
    name: 'features: both sides have the endpoint of the listener, and the endpoint of the client differs',
    async run(session) {
      const { client, served } = await session.pair();
      const here = served.features.require(ConnectionEndpointFeature);
      const there = client.features.require(ConnectionEndpointFeature);
      assert.ok(here.localEndpoint !== undefined && there.remoteEndpoint !== undefined);
      assert.ok(here.remoteEndpoint !== undefined && there.localEndpoint !== undefined);
      assert.deepEqual(here.localEndpoint, there.remoteEndpoint);
      assert.deepEqual(here.remoteEndpoint, there.localEndpoint);
      assert.notDeepEqual(here.localEndpoint, here.remoteEndpoint);
      assert.ok(session.subject.transport.canBind(here.localEndpoint));
    },
  },
  {
    name: 'features: both sides have the kind of transport',
    async run(session) {
      const { client, served } = await session.pair();
      const { transport } = served.features.require(ConnectionTransportFeature);
      assert.match(transport, /^\S+$/);
      assert.equal(client.features.require(ConnectionTransportFeature).transport, transport);
    },
  },
  {
    name: 'features: the id is unique and does not change',
    async run(session) {
      const first = await session.pair();
      const second = await session.pair();
      const connections = [first.client, first.served, second.client, second.served];
      const ids = connections.map(({ id }) => id);
      assert.equal(new Set(ids).size, 4);
      assert.ok(ids.every((id) => /^[\x21-\x7e]+$/.test(id)));
      assert.deepEqual(
        connections.map(({ id }) => id),
        ids,
      );
    },
  },
];
