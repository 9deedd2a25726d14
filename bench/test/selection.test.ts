import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Progress, clock } from '../lib/run/progress.mjs';
import { kindOf } from '../lib/run/subject.mjs';
import { scenarios, scenariosNamed } from '../lib/scenarios/scenarios.mjs';
import { publishedCells } from '../lib/selection.mjs';

const readJson = (name: string) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));

describe('the published selection', () => {
  const { budgets } = readJson('budgets.json');
  const cells: Map<string, Set<string>> = publishedCells(readJson('published.json').scenarios, budgets, scenariosNamed);
  const files = readdirSync(new URL('../subjects', import.meta.url)).map((file) => file.replace('.mjs', ''));

  it('names scenarios that exist, and subjects of their kind that have a file', () => {
    for (const name of Object.keys(readJson('published.json').scenarios)) expect(scenariosNamed(name)).not.toEqual([]);
    for (const [scenario, subjects] of cells) {
      for (const subject of subjects) {
        expect(files).toContain(subject);
        expect(`${scenario} ${kindOf(subject)}`).toBe(`${scenario} ${scenarios[scenario].kind ?? 'http'}`);
      }
    }
  });
  it('contains both sides of every budget', () => {
    for (const { scenarios, subject, against = subject } of budgets) {
      for (const scenario of scenarios)
        expect([...(cells.get(scenario) ?? [])]).toEqual(expect.arrayContaining([subject, against]));
    }
  });
  it('an axis selects all of its points', () =>
    expect(scenariosNamed('growth-routes')).toEqual([10, 100, 1000, 10_000].map((count) => `growth-routes@${count}`)));
});

describe('progress', () => {
  it('shows the share, the elapsed time and the remaining time', () => {
    let now = 0;
    const progress = new Progress(8, () => now);
    expect(progress.state()).toBe('  0%  0:00');
    now = 60_000;
    progress.add(2);
    expect(progress.state()).toBe(' 25%  1:00, about 3:00 left');
  });
  it('minutes and seconds', () => expect([0, 59.6, 61, 600].map(clock)).toEqual(['0:00', '1:00', '1:01', '10:00']));
});
