import { chunkExtensions } from './chunk-extensions.mjs';
import { endlessHead } from './endless-head.mjs';
import { halfOpenClients } from './half-open.mjs';
import { pipelined } from './pipelined.mjs';
import { slowDownload } from './slow-download.mjs';
import { slowHeads } from './slow-heads.mjs';
import { unreadAnswers } from './unread-answers.mjs';
import { unreadUpload } from './unread-upload.mjs';

/** All scenarios, in the order of the report. @type {import('../lib/run.mjs').Scenario[]} */
export const scenarios = [
  ...slowHeads,
  ...unreadUpload,
  ...slowDownload,
  ...pipelined,
  ...endlessHead,
  ...chunkExtensions,
  ...halfOpenClients,
  ...unreadAnswers,
];
