const headers = { 'content-type': 'text/plain', 'content-length': '13', server: 'windhover' };

/**
 * The greeting of every subject as a fetch handler; runs on Node, Bun and Deno.
 * @returns {Response}
 */
export const fetchGreeting = () => new Response('Hello, World!', { headers });
