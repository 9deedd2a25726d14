import { Answers } from '../lib/answers.mjs';
import { count, size } from '../lib/format.mjs';
import { Peer, inParallel } from '../lib/peer.mjs';

/** @typedef {import('../lib/run.mjs').Scenario} Scenario */

const MiB = 1024 ** 2;
const requestsAtOnce = 1000;

/**
 * Segments of pipelined requests on one connection, a number of them before their responses are read. A slow reader
 * makes the server wait again and again.
 */
class Batches {
  answers = 0;
  wrong = 0;
  batches = 0;
  #segmentsAtOnce;
  #expected = 0;
  #onDone = () => {};

  /** @param {number} port @param {number} index @param {{ path: string, segmentsAtOnce: number, isInNoHurry: boolean }} what */
  constructor(port, index, { path, segmentsAtOnce, isInNoHurry }) {
    this.#segmentsAtOnce = segmentsAtOnce;
    const answers = new Answers((status, content) => this.#answered(status, content, path));
    this.peer = new Peer(port, { index, onText: (text) => answers.take(text) });
    const targets = Array.from({ length: requestsAtOnce }, (_, number) => `${path}?${number}`);
    this.segment = Buffer.from(targets.map((target) => `GET ${target} HTTP/1.1\r\nHost: soak\r\n\r\n`).join(''));
    const { socket } = this.peer;
    if (isInNoHurry) {
      socket.on('data', () => {
        socket.pause();
        setTimeout(() => socket.resume(), 2);
      });
    }
    void this.peer.closed.then(() => this.#onDone());
  }

  /** @param {string} status @param {string} content @param {string} path */
  #answered(status, content, path) {
    this.answers++;
    if (status !== '200' || content !== `${path}?${this.#expected % requestsAtOnce}`) this.wrong++;
    this.#expected++;
    if (this.#expected === requestsAtOnce * this.#segmentsAtOnce) this.#onDone();
  }

  /** @param {(batches: number) => boolean} isEnough */
  async run(isEnough) {
    await this.peer.opened;
    while (!isEnough(this.batches) && !this.peer.isOver) {
      this.#expected = 0;
      const done = /** @type {Promise<void>} */ (new Promise((resolve) => (this.#onDone = resolve)));
      for (let i = 0; i < this.#segmentsAtOnce; i++) this.peer.send(this.segment);
      this.batches += this.#segmentsAtOnce;
      await done;
    }
    this.peer.kill();
  }
}

/**
 * @param {string} name
 * @param {string} about
 * @param {string} path
 * @param {number} [segmentsAtOnce]
 * @param {boolean} [isInNoHurry]
 * @returns {Scenario}
 */
const pipelinedOn = (name, about, path, segmentsAtOnce = 1, isInNoHurry = false) => ({
  name,
  about,
  quick: true,
  seconds: 10,
  tracks: true,
  limits: () => ({}),
  async run({ subject, scale, verdict }) {
    const connections = scale.quick ? 1 : 4;
    const until = Date.now() + scale.seconds * 1000;
    const isEnough = (/** @type {number} */ batches) => (scale.quick ? batches >= 10 : Date.now() > until);
    // The timeout detects a server that stops responding.
    const all = Array.from(
      { length: connections },
      (_, index) => new Batches(subject.port, index, { path, segmentsAtOnce, isInNoHurry }),
    );
    const timer = setTimeout(() => all.forEach(({ peer }) => peer.kill()), scale.seconds * 1000 + scale.patience);
    await inParallel(connections, connections, (index) => /** @type {Batches} */ (all[index]).run(isEnough));
    clearTimeout(timer);
    const batches = all.reduce((sum, each) => sum + each.batches, 0);
    const answers = all.reduce((sum, each) => sum + each.answers, 0);
    verdict.did.push(
      `${count(batches)} segments of ${size(all[0]?.segment.length ?? 0)} on ${connections} connections, ${count(answers)} answers`,
    );
    verdict.equal('answers', answers, batches * requestsAtOnce);
    verdict.equal(
      'answers out of order or wrong',
      all.reduce((sum, each) => sum + each.wrong, 0),
      0,
    );
    verdict.heldAtMost(4 * MiB);
    verdict.ended.push('closed by the clients');
  },
});

/** @type {Scenario[]} */
export const pipelined = [
  pipelinedOn('pipelined/at-once', '1,000 requests in one segment, many times, answered at once', '/target'),
  pipelinedOn('pipelined/later', 'the same, each answered in a later turn of the event loop', '/later'),
  pipelinedOn(
    'pipelined/no-hurry',
    '100,000 requests in a row from a client that reads now and then',
    '/target',
    100,
    true,
  ),
];
