// Property tests draw from one seed, so that a run that passed passes again. `SEED=$RANDOM npx vitest run` explores; a
// seed that fails is worth a test of its own.
import fc from 'fast-check';

const DEFAULT_SEED = 20_260_630;

fc.configureGlobal({ seed: Number(process.env.SEED ?? DEFAULT_SEED) });
