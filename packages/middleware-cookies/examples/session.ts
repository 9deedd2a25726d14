import { randomBytes } from 'node:crypto';
import { cookies, cookiesOf } from '@windhover/middleware-cookies';
import { createHostBuilder } from 'windhover';

const secret = randomBytes(32); // of an application: the same for every process, and kept secret

const host = createHostBuilder()
  .useUrls('http://127.0.0.1:0')
  .configure((app) => {
    app.use(cookies({ keys: [secret] }));
    app.run((context) => {
      const jar = cookiesOf(context);
      const user = jar.getSigned('user');
      if (user === undefined) jar.setSigned('user', 'Ada', { maxAge: 3600 });
      jar.set('theme', 'dark');
      return `Hello ${user ?? 'stranger'}`;
    });
  })
  .build();
await host.start();

const first = await fetch(host.addresses[0]!);
console.log(await first.text());
// Hello stranger
const [user, theme] = first.headers.getSetCookie();
console.log(user!.replace(/\..*?;/, '.<signature>;'));
// user=Ada.<signature>; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax
console.log(theme);
// theme=dark; Path=/; HttpOnly; SameSite=Lax
const again = async (cookie: string): Promise<string> =>
  (await fetch(host.addresses[0]!, { headers: { cookie } })).text();
console.log(await again(user!.split(';')[0]!));
// Hello Ada
console.log(await again(user!.split(';')[0]!.replace('Ada', 'Bob')));
// Hello stranger
await host.stop();
