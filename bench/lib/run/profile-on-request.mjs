// Loaded into a Node.js subject with --import: records a CPU profile between two messages of the bench and sends it
// back.
import { Session } from 'node:inspector/promises';

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.setSamplingInterval', { interval: 200 });

process.on('message', async (message) => {
  if (message === 'bench:profile-start') {
    await session.post('Profiler.start');
    process.send?.('bench:profile-started');
  } else if (message === 'bench:profile-stop') {
    const { profile } = await session.post('Profiler.stop');
    process.send?.(profile);
  }
});
process.channel?.unref();
