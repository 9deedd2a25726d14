import { packageBuild } from '../../tools/tsup/preset.ts';

export default packageBuild(['src/index.ts', 'src/codec/index.ts']);
