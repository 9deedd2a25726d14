// The bench is plain JavaScript with types in comments; bench/tsconfig.json reads them, the workspace's own check does not.
declare module '*.mjs';
