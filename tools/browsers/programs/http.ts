import { Features } from '@windhover/features';
import {
  ApplicationBuilder,
  FieldSection,
  HttpContext,
  HttpRequestFeature,
  HttpResponseBodyFeature,
  HttpResponseFeature,
} from '@windhover/http';

const handle = new ApplicationBuilder(new Features())
  .run(({ request, response }) => response.send(`Hello ${request.query.get('name')}!`))
  .build();

const contents: unknown[] = [];
const features = new Features();
const headers = new FieldSection();
headers.set('Host', 'localhost');
features.set(HttpRequestFeature, {
  protocol: 'HTTP/1.1',
  scheme: 'http',
  method: 'GET',
  pathBase: '',
  path: '/hello',
  queryString: '?name=Windhover',
  rawTarget: '/hello?name=Windhover',
  headers,
});
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
  end: (content) => void contents.push(content),
});
// The handler is synchronous, so the response has ended when the call returns.
void handle(new HttpContext(features));

export const result: string = contents.join();
export const expected = 'Hello Windhover!';
