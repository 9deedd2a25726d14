import { flat } from './head-text.ts';

/**
 * The response head that was put together last, for all connections of an endpoint. Most heads are that of the
 * response before: their parts are the same texts, and the whole is then one run of bytes that is there already.
 */
export class RepeatedHead {
  #beginning = '';
  #fields = '';
  #connectionLine = '';
  #end = '';
  /** Made when the parts come for the second time. */
  #head: string | undefined;

  /** The parts, one behind the other. */
  join(beginning: string, fields: string, connectionLine: string, end: string): string {
    if (
      end === this.#end &&
      fields === this.#fields &&
      connectionLine === this.#connectionLine &&
      beginning === this.#beginning
    ) {
      return (this.#head ??= flat(beginning + fields + connectionLine + end));
    }
    this.#beginning = beginning;
    this.#fields = fields;
    this.#connectionLine = connectionLine;
    this.#end = end;
    this.#head = undefined;
    return beginning + fields + connectionLine + end;
  }
}
