import { join } from 'node:path';
import { cookies, cookiesOf } from '@windhover/middleware-cookies';
import { healthChecks } from '@windhover/middleware-health-checks';
import { staticFiles } from '@windhover/middleware-static-files';
import { createBuilder } from 'windhover';
import { addNotes } from './notes.ts';
import { addUpload } from './upload.ts';

const builder = await createBuilder();
const app = builder.build();

app.use(healthChecks());
app.use(cookies());
app.use(staticFiles(join(import.meta.dirname, '../public')));

app.get('/visits', (context) => {
  const jar = cookiesOf(context);
  const visits = Number(jar.get('visits') ?? 0) + 1;
  jar.set('visits', String(visits));
  return { visits };
});

addNotes(app);
addUpload(app);

export default app;
