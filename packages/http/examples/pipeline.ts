import { Features } from '@windhover/features';
import {
  ApplicationBuilder,
  FieldSection,
  HttpContext,
  HttpRequestFeature,
  HttpResponseBodyFeature,
  HttpResponseFeature,
} from '@windhover/http';

const app = new ApplicationBuilder(new Features())
  .use(async (context, next) => {
    await next(context);
    console.log(context.request.method, context.request.displayUrl, context.response.statusCode);
  })
  .map('/hello', (branch) =>
    branch.run(({ request, response }) => response.send(`Hello ${request.query.get('name') ?? 'world'}!`)),
  );
const handle = app.build(); // folded once; a server calls it for each request

/* A server gives each exchange as features. So can a test. */
const exchange = (path: string, queryString = ''): Features => {
  const features = new Features();
  const request = { protocol: 'HTTP/1.1', scheme: 'http', method: 'GET', pathBase: '', path, queryString };
  const headers = new FieldSection();
  headers.set('Host', 'localhost');
  features.set(HttpRequestFeature, { ...request, rawTarget: path + queryString, headers });
  features.set(HttpResponseFeature, {
    statusCode: 200,
    reasonPhrase: '',
    headers: new FieldSection(),
    hasStarted: false,
    onStarting: () => {},
    onCompleted: () => {},
    waitFor: () => {},
    clear: () => {},
  });
  features.set(HttpResponseBodyFeature, {
    hasEnded: false,
    start: () => {},
    write: () => true,
    drained: () => Promise.resolve(),
    end: (content) => console.log(content),
  });
  return features;
};

await handle(new HttpContext(exchange('/hello', '?name=Windhover')));
// Hello Windhover!
// GET http://localhost/hello?name=Windhover 200
await handle(new HttpContext(exchange('/nowhere')));
// GET http://localhost/nowhere 404
