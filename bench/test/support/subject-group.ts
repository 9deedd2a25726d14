import { fileURLToPath } from 'node:url';
import { firstAnswer } from '../../lib/run/answer.mjs';
import { addressVariables, freeAddress } from '../../lib/run/subject.mjs';
import { Child } from '../../../tools/test-support/child.ts';

const program = fileURLToPath(new URL('subject-group.mjs', import.meta.url));

/** The address and protocol of a subject. */
export interface SubjectAddress {
  readonly port: number;
  readonly tls: boolean;
  readonly http2: boolean;
  readonly socketPath?: string | undefined;
}

/** A subject of the bench. */
export interface GroupedSubject {
  readonly name: string;
  readonly file: string;
  readonly missing: boolean;
}

/**
 * Subjects in one process. Most of the time that a subject takes to start is for Node.js and for the packages that
 * subjects share.
 */
export class SubjectGroup extends Child {
  #last: Promise<unknown> = Promise.resolve();

  constructor() {
    super([program], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  }

  /**
   * Starts a subject after the ones before, and waits for its first answer.
   *
   * @throws when the subject cannot be loaded or gives no answer, and when the process has ended
   */
  start(subject: GroupedSubject): Promise<SubjectAddress> {
    const started = this.#last.then(() => this.#start(subject));
    this.#last = started.catch(() => undefined);
    return started;
  }

  async #start({ name, file }: GroupedSubject): Promise<SubjectAddress> {
    const address: SubjectAddress = await freeAddress(name);
    const waiting = new AbortController();
    const fail = (why: string): void => waiting.abort(new Error(`${name} ${why}`));
    const patience = setTimeout(() => fail('gave no answer within 20 s'), 20_000);
    void this.exited.then((code) => fail(`ended with exit code ${code}: ${this.output}`));
    const faulty = (message: { readonly file: string; readonly fault: string }): void => {
      if (message.file === file) fail(`cannot be loaded: ${message.fault}`);
    };
    this.process.on('message', faulty);
    this.process.send({ file, variables: addressVariables(address) });
    try {
      await firstAnswer(address, waiting.signal);
    } finally {
      clearTimeout(patience);
      this.process.off('message', faulty);
    }
    return address;
  }
}
