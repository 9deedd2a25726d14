// The work of the subjects `routes-…` apart from the greeting: paths, contents and sizes, shared by servers and checks.

/** The paths that a subject `routes-…` answers. */
export const paths = {
  /** `GET /json?id=x`: a small JSON object with that id. */
  json: '/json',
  /** `POST /echo`: answers with the received content. */
  echo: '/echo',
  /** `GET /download`: 100 KiB. */
  download: '/download',
  /** `GET /stream`: `streamChunks` pieces, written one by one, without Content-Length. */
  stream: '/stream',
  /** `GET /gigabyte`: 1 GiB. */
  gigabyte: '/gigabyte',
  /** `POST /upload`: reads everything and answers with the greeting. */
  upload: '/upload',
};

export const greeting = 'Hello, World!';

export const download = new Uint8Array(100 * 1024).fill(0x78);

export const streamChunks = 1000;
export const streamChunk = new Uint8Array(100).fill(0x78);

export const gigabyte = 1 << 30;
export const gigabytePiece = new Uint8Array(64 * 1024).fill(0x78);
export const gigabytePieces = gigabyte / gigabytePiece.length;

/** The value of `id` in the query of a target such as `/json?id=x`. @param {string} target */
export const idOf = (target) => target.slice(target.indexOf('id=') + 3);

/** The response object of `GET /json?id=x`. @param {string} id */
export const jsonAnswer = (id) => ({ message: greeting, id, tags: ['fast', 'strict', 'small'], count: 42, ok: true });
