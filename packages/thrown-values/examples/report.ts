import { isThenable, propertyOf, readableError } from '@windhover/thrown-values';

const report = (thrown: unknown): string => readableError(thrown)?.message ?? `not an Error: ${typeof thrown}`;

const { proxy, revoke } = Proxy.revocable(new Error('gone'), {});
revoke(); // from here on, even `proxy instanceof Error` throws

console.log(report(new Error('out of paper')));
// out of paper
console.log(report(proxy));
// not an Error: object
console.log(isThenable(proxy), propertyOf(proxy, 'status') ?? 'no status');
// false no status
