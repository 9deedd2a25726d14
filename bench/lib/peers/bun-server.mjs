// Runs on Bun: a fetch handler from a module in this folder. With a certificate it serves over TLS.
const { [process.env.HANDLER]: fetch } = await import(process.env.HANDLER_MODULE);

Bun.serve({
  port: Number(process.env.PORT),
  hostname: '127.0.0.1',
  idleTimeout: 255,
  maxRequestBodySize: 2 ** 32,
  fetch,
});
