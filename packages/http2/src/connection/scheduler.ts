import type { StreamOutput } from './stream-output.ts';

/** RFC 9218 4.1: 0 is the most urgent, 7 the least. */
export const defaultUrgency = 3;
const levels = 8;

/**
 * Streams with content to send and an open window, in the order in which they are served: by urgency, then in order of
 * arrival. Incremental streams take turns, one frame each; any other stream is sent until its content or its window
 * ends.
 *
 * Source: RFC 9218 section 10
 */
export class Scheduler {
  #queues: StreamOutput[][] | undefined;
  #count = 0;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Adds a stream after the others of its urgency, unless it is already scheduled. */
  add(output: StreamOutput): void {
    if (output.isScheduled) return;
    output.isScheduled = true;
    this.#queues ??= Array.from({ length: levels }, () => []);
    this.#queues[output.urgency]!.push(output);
    this.#count++;
  }

  /** Puts back a stream that has more to send. */
  putBack(output: StreamOutput): void {
    if (output.isIncremental) {
      this.add(output);
      return;
    }
    output.isScheduled = true;
    this.#queues![output.urgency]!.unshift(output);
    this.#count++;
  }

  /** Removes and returns the next stream. */
  take(): StreamOutput | undefined {
    if (this.#count === 0) return undefined;
    for (const queue of this.#queues!) {
      const output = queue.shift();
      if (output === undefined) continue;
      this.#count--;
      output.isScheduled = false;
      return output;
    }
    return undefined;
  }

  /** Removes a stream that has ended, or whose urgency changes. */
  remove(output: StreamOutput): void {
    if (!output.isScheduled) return;
    const queue = this.#queues![output.urgency]!;
    queue.splice(queue.indexOf(output), 1);
    output.isScheduled = false;
    this.#count--;
  }
}
