// gRPC over HTTP/2 and Connect over HTTP/1.1, on one port. The service is described in code here; usually its code is generated.
import { create, createFileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, file_google_protobuf_wrappers } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import {
  Http2SessionManager,
  connectNodeAdapter,
  createConnectTransport,
  createGrpcTransport,
} from '@connectrpc/connect-node';
import { nodeHandler } from '@windhover/app-node';
import { serve } from 'windhover';

const text = { inputType: '.google.protobuf.StringValue', outputType: '.google.protobuf.StringValue' };
const description = create(FileDescriptorProtoSchema, {
  name: 'greeter.proto',
  package: 'example',
  syntax: 'proto3',
  dependency: ['google/protobuf/wrappers.proto'],
  service: [
    {
      name: 'Greeter',
      method: [
        { name: 'Greet', ...text },
        { name: 'Count', ...text, serverStreaming: true },
        { name: 'Join', ...text, clientStreaming: true },
        { name: 'Shout', ...text, clientStreaming: true, serverStreaming: true },
      ],
    },
  ],
});
const Greeter = createFileRegistry(description, () => file_google_protobuf_wrappers).getService('example.Greeter');

const handler = connectNodeAdapter({
  routes: (router) =>
    router.service(Greeter, {
      greet({ value }, context) {
        if (value === '') throw new ConnectError('a name is missing', Code.InvalidArgument);
        context.responseTrailer.set('greeted', value);
        return { value: `Hello ${value}` };
      },
      async *count({ value }) {
        for (let number = 1; number <= Number(value); number++) yield { value: String(number) };
      },
      async join(messages) {
        const values = [];
        for await (const { value } of messages) values.push(value);
        return { value: values.join(' ') };
      },
      async *shout(messages) {
        for await (const { value } of messages) yield { value: value.toUpperCase() };
      },
    }),
});

const host = await serve(nodeHandler(handler), { urls: 'http://127.0.0.1:0' });
const [baseUrl] = host.addresses;

async function* words() {
  yield { value: 'one' };
  yield { value: 'two' };
}

const valuesOf = async (messages) => (await Array.fromAsync(messages)).map(({ value }) => value);

async function use(name, transport) {
  const client = createClient(Greeter, transport);
  let greeted;
  const { value } = await client.greet(
    { value: 'Ada' },
    { onTrailer: (trailer) => (greeted = trailer.get('greeted')) },
  );
  console.log(`${name}: ${value}, trailer ${greeted}`);
  const failure = await client.greet({ value: '' }).catch((error) => error);
  console.log(`${name}: ${failure.message}`);
  console.log(`${name}: ${await valuesOf(client.count({ value: '3' }))}`);
  console.log(`${name}: ${(await client.join(words())).value}`);
  return client;
}

const sessionManager = new Http2SessionManager(baseUrl);
const grpc = await use('gRPC', createGrpcTransport({ baseUrl, sessionManager }));
console.log(`gRPC both ways: ${await valuesOf(grpc.shout(words()))}`);
await use('Connect', createConnectTransport({ baseUrl, httpVersion: '1.1', nodeOptions: { agent: false } }));
sessionManager.abort();
await host.stop();
// gRPC: Hello Ada, trailer Ada
// gRPC: [invalid_argument] a name is missing
// gRPC: 1,2,3
// gRPC: one two
// gRPC both ways: ONE,TWO
// Connect: Hello Ada, trailer Ada
// Connect: [invalid_argument] a name is missing
// Connect: 1,2,3
// Connect: one two
