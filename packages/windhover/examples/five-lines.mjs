/** @type {import('windhover').RequestDelegate} */
export default ({ request, response }) => {
  response.contentType = 'text/plain; charset=utf-8';
  response.send(`You asked for ${request.path}\n`);
};
