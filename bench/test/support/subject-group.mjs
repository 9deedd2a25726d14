// Runs several subjects in this process. Its parent sends a message for each of them, and the next one after the first
// has answered, because each subject reads its address from the environment.
import { pathToFileURL } from 'node:url';

process.on('message', (/** @type {{ file: string, variables: Record<string, string> }} */ { file, variables }) => {
  Object.assign(process.env, variables);
  import(pathToFileURL(file).href).catch((error) => process.send?.({ file, fault: String(error) }));
});
process.on('disconnect', () => process.exit());
