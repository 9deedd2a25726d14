import { pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { ServerAddressesFeature, WindhoverServer } from '@windhover/server';
import { Supervisor, supervisedWorker } from '@windhover/supervisor';
import { sockets } from '@windhover/transport-sockets';

const worker = supervisedWorker();

if (worker === undefined) {
  process.exitCode = await new Supervisor({ threadCount: 4 }).run();
} else {
  const server = new WindhoverServer({ transports: [sockets()], protocols: [http1()] });
  const listening = server.features.require(ServerAddressesFeature);
  listening.add(process.argv[2] ?? 'http://localhost:5000');
  worker.onStopRequested((signal) => server.stop(signal));
  await server.start(pipelineApplication(({ response }) => response.send(`Hello from thread ${worker.thread}`)));
  worker.reportReady(listening.addresses);
}
