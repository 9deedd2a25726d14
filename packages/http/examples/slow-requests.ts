import { Features } from '@windhover/features';
import { ApplicationBuilder, FieldSection, HttpContext, HttpRequestFeature, type Middleware } from '@windhover/http';

/** Options of `slowRequests`. */
interface SlowRequestOptions {
  /** Milliseconds from which a request is slow, 0 or more. */
  readonly threshold: number;
  /** Monotonic time in milliseconds. */
  readonly now: () => number;
  /** Told of each slow request. */
  readonly onSlow: (context: HttpContext, milliseconds: number) => void;
}

const slowRequestDefaults: SlowRequestOptions = {
  threshold: 1000,
  now: () => performance.now(),
  onSlow: ({ request }, milliseconds) => console.log(`${request.method} ${request.path} took ${milliseconds} ms`),
};

const slowRequestErrors = {
  SLOW_REQUESTS_THRESHOLD_INVALID: 'the threshold is a number of milliseconds, 0 or more',
} as const satisfies Record<`SLOW_REQUESTS_${string}`, string>;

class SlowRequestsError extends Error {
  override readonly name = 'SlowRequestsError';
  readonly code: keyof typeof slowRequestErrors;

  constructor(code: keyof typeof slowRequestErrors) {
    super(slowRequestErrors[code]);
    this.code = code;
  }
}

/**
 * Request middleware that tells of slow requests.
 *
 * @throws SlowRequestsError `SLOW_REQUESTS_THRESHOLD_INVALID`
 */
const slowRequests = (given?: Partial<SlowRequestOptions>): Middleware => {
  const { threshold, now, onSlow } = { ...slowRequestDefaults, ...given };
  if (!(threshold >= 0)) throw new SlowRequestsError('SLOW_REQUESTS_THRESHOLD_INVALID');
  return (context, next) => {
    const start = now();
    const finish = (): void => {
      const milliseconds = now() - start;
      if (milliseconds >= threshold) onSlow(context, milliseconds);
    };
    let pending: void | Promise<void>;
    try {
      pending = next(context);
    } catch (error) {
      finish();
      throw error;
    }
    if (pending === undefined) return finish();
    return pending.finally(finish);
  };
};

let time = 0;
const handle = new ApplicationBuilder(new Features())
  .use(slowRequests({ threshold: 100, now: () => time }))
  .run(async ({ request }) => {
    time += request.path === '/report' ? 250 : 1;
    await Promise.resolve();
  })
  .build();

for (const path of ['/', '/report']) {
  const features = new Features();
  const head = { protocol: 'HTTP/1.1', scheme: 'http', method: 'GET', pathBase: '', path, queryString: '' };
  features.set(HttpRequestFeature, { ...head, rawTarget: path, headers: new FieldSection() });
  await handle(new HttpContext(features));
}
// GET /report took 250 ms
