import { packageBuild } from '../../tools/tsup/preset.ts';

export default packageBuild(['src/index.ts', 'src/exchange/index.ts']);
