import { performance } from 'node:perf_hooks';

/** Writes a progress line to stderr; results are written to stdout. @param {string} text */
export const progressLine = (text) => void process.stderr.write(`${text}\n`);

/** Minutes and seconds. @param {number} seconds */
export const clock = (seconds) => {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
};

/**
 * The progress of a run. Each cell, one subject in one scenario and round, counts the same regardless of its duration.
 */
export class Progress {
  /** @param {number} cells of the whole run */
  constructor(cells, now = () => performance.now()) {
    this.cells = cells;
    this.done = 0;
    this.now = now;
    this.begun = now();
  }

  /** @param {number} cells that are done */
  add(cells) {
    this.done += cells;
  }

  /** The completed share, the elapsed time, and the remaining time estimated from the cells so far. */
  state() {
    const passed = (this.now() - this.begun) / 1000;
    const percent = `${Math.floor((this.done / Math.max(1, this.cells)) * 100)}%`.padStart(4);
    const left = this.done === 0 ? '' : `, about ${clock((passed / this.done) * (this.cells - this.done))} left`;
    return `${percent}  ${clock(passed)}${left}`;
  }

  /** @param {{ round: number, name: string, subjects: { name: string }[] }} turn */
  begin({ round, name, subjects }) {
    progressLine(`${this.state()}  round ${round}  ${name}: ${subjects.map(({ name }) => name).join(', ')}`);
  }
}
