// Runs on Deno: a fetch handler from a module in this folder.
const { [Deno.env.get('HANDLER')]: fetch } = await import(Deno.env.get('HANDLER_MODULE'));

Deno.serve({ port: Number(Deno.env.get('PORT')), hostname: '127.0.0.1', onListen() {} }, fetch);
