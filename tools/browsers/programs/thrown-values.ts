import { isThenable, readableError } from '@windhover/thrown-values';

const { proxy, revoke } = Proxy.revocable(new Error('gone'), {});
revoke();

export const result: string = [
  readableError(new Error('kept'))?.message,
  readableError(proxy),
  isThenable(proxy),
].join();
export const expected = 'kept,,false';
