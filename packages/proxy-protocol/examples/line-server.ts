import { ConnectionEndpointFeature, buildConnectionPipeline, formatEndpoint } from '@windhover/connections';
import { ProxyProtocolFeature, proxyProtocol } from '@windhover/proxy-protocol';
import { MemoryTransport } from '@windhover/transport-memory';

const transport = new MemoryTransport();

/* With sockets this would be trustedSources: ['10.0.0.0/8']. */
const accept = buildConnectionPipeline([proxyProtocol({ trustedSources: ['memory'] })], (connection) => {
  const { localEndpoint, remoteEndpoint } = connection.features.require(ConnectionEndpointFeature);
  const { version } = connection.features.require(ProxyProtocolFeature);
  console.log(`${formatEndpoint(remoteEndpoint!)} to ${formatEndpoint(localEndpoint!)}, by version ${version}`);
  connection.start({
    received: (bytes) => console.log(String(bytes)),
    drained: () => undefined,
    ended: () => connection.end(),
    closed: () => undefined,
  });
});
const listener = await transport.bind({ kind: 'memory', name: 'lines' }, accept);

const proxy = transport.connect(listener.endpoint);
await new Promise<void>((closed) => {
  proxy.start({ received: () => undefined, drained: () => undefined, ended: () => undefined, closed: () => closed() });
  proxy.write('PROXY TCP4 203.0.113.7 198.51.100.1 51000 443\r\nhello');
  proxy.end();
});
await listener.unbind();
// 203.0.113.7:51000 to 198.51.100.1:443, by version 1
// hello
