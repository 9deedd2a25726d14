import { count, size } from './format.mjs';

/** @typedef {import('./run.mjs').Outcome} Outcome */

/** @param {{ rss: number, held: number } | undefined} memory */
const pair = (memory) => (memory === undefined ? '-' : `${size(memory.rss)} / ${size(memory.held)}`);

/** The report of one scenario; violated bounds come last. @param {Outcome} outcome */
export function lines(outcome) {
  const { name, ok, seconds, did, ended, base, usual, peak, end, perConnection, checks } = outcome;
  const text = [`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed(1)} s): ${did.join('; ')}`];
  if (base !== undefined && peak !== undefined) {
    const each = perConnection === undefined ? '' : `; per connection ${pair(perConnection)}`;
    text.push(
      `       RSS / held: base ${pair(base)}, median ${pair(usual)}, peak ${pair(peak)}, end ${pair(end)}${each}`,
    );
  }
  if (ended.length > 0) text.push(`       ended: ${ended.join('; ')}`);
  for (const check of checks.filter((each) => !each.ok)) {
    text.push(`       ${check.what}: ${check.got}, wanted: ${check.wanted}`);
  }
  return text;
}

/** @param {Outcome[]} outcomes */
export function table(outcomes) {
  const rows = outcomes.map(({ name, ok, base, usual, peak, end, perConnection }) =>
    [name, pair(base), pair(usual), pair(peak), pair(end), pair(perConnection), ok ? 'ok' : 'FAILED'].join(' | '),
  );
  return [
    'scenario | base: RSS / held | median | peak | end | per connection | bounds',
    '--- | --- | --- | --- | --- | --- | ---',
    ...rows,
  ]
    .map((row) => `| ${row} |`)
    .join('\n');
}

/** @param {Outcome[]} outcomes */
export function summary(outcomes) {
  const failed = outcomes.filter(({ ok }) => !ok);
  const said = `${count(outcomes.length - failed.length)} of ${count(outcomes.length)} scenarios within their bounds`;
  return failed.length === 0 ? said : `${said}; FAILED: ${failed.map(({ name }) => name).join(', ')}`;
}
