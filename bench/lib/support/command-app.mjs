// The application of `windhover-command`. PORT is passed in code, because the environment variable would be a setting.
import { createBuilder } from 'windhover';

const port = process.env.PORT;
delete process.env.PORT;
export default (await createBuilder())
  .useUrls(`http://127.0.0.1:${port}`)
  .build()
  .use((context, _next) => {
    context.response.contentType = 'text/plain';
    context.response.send('Hello, World!');
  });
